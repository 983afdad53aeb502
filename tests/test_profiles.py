import pytest

from app import profiles
from app.effective import Effective
from tests.configurations import EXAMPLES, unit_of

ISOLATING = {
    "UMask": "0077", "StateDirectoryMode": "0700", "CacheDirectoryMode": "0700", "LogsDirectoryMode": "0700",
    "RuntimeDirectoryMode": "0700", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes",
    "PrivateTmp": "yes", "ProtectProc": "invisible",
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), ISOLATING.items())
def test_the_starter_isolates(name: str, value: str) -> None:
    assert unit_of(EXAMPLES["starter"]).value(name) == value


def test_the_starter_runs_as_a_user_of_its_own() -> None:
    assert Effective(unit_of(EXAMPLES["starter"])).identity == "own"


@pytest.mark.parametrize("example", profiles.GUIDE_EXAMPLES, ids=lambda example: example.key)
def test_an_example_has_what_a_unit_needs(example: profiles.Example) -> None:
    unit = unit_of(list(example.parameters))
    assert unit.is_set("Description")
    assert unit.is_set("ExecStart")
    assert unit.is_set("WantedBy")
    assert example.title
    assert example.about.endswith(".")


def test_examples_have_keys_of_their_own() -> None:
    assert len({example.key for example in profiles.GUIDE_EXAMPLES}) == len(profiles.GUIDE_EXAMPLES)
