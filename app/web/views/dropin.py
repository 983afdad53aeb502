"""The drop-in as a raw answer: what differs between an imported unit and the form that came of it."""

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from app.catalogue import FILES
from app.host import dropin, shell
from app.web.form import entry as forms
from app.web.http import TEXT_TYPE, as_download, refuse, request_params

blueprint = Blueprint("overrides", __name__)

_NO_ORIGINAL = "Give the unit as it was in the field original, the text of its file or what systemctl cat prints, beside the parameters of the changed one."


@blueprint.post("/<name>.<suffix>.d/override.conf")
def show_override(name: str, suffix: str) -> Response:
    """What to put beside the original, for `systemctl edit`; what no drop-in can say stands above it in comments."""
    if suffix not in FILES:
        raise NotFound
    parameters = request_params()
    given = parameters.get(forms.ORIGINAL, "")
    entry = forms.read_entry(parameters, posted=True, name=name)
    if entry.form["name"].data != name:
        raise NotFound
    if entry.unit is None or not entry.is_valid:
        return refuse([f"{field}: {sentence}" for field, found in entry.errors.items() for sentence in found])
    if not given.strip():
        return refuse([_NO_ORIGINAL])
    made = dropin.drop_in(dropin.original(given, entry.unit.target), entry.unit, suffix)
    told = "".join(f"{shell.comment(sentence)}\n" for sentence in made.left)
    return as_download(Response(told + made.text, content_type=TEXT_TYPE), dropin.FILE)
