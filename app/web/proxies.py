"""What stands between a browser and this server: proxies that are trusted, and the path that the site is below."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from app.unitfile import links
from app.web.settings import FORWARDED, PREFIX

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


HEALTH = "/healthz"
"""The path at which the site says that it is well. What asks is a balancer or a container engine, which knows no name of the site."""


class Mounted:
    """An app below a path, whether a proxy takes that path off or passes it on, with links up to a length.

    What a proxy says of the path and the scheme ends up in links, so only plain ones are taken.
    """

    def __init__(self, app: "WSGIApplication", prefix: str, longest: int) -> None:
        self.app, self.prefix, self.longest = app, prefix, longest

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        prefix, path = self.prefix or environ.get("SCRIPT_NAME", "").rstrip("/"), environ.get("PATH_INFO", "")
        is_whole = prefix and f"{path}/".startswith(f"{prefix}/")
        path = path.removeprefix(prefix) or "/" if is_whole else path
        if path == HEALTH:
            prefix, environ["wsgi.url_scheme"] = self.prefix, "http"  # its answer holds no link
        if not PREFIX.fullmatch(prefix) or environ["wsgi.url_scheme"] not in ("http", "https"):
            return Response("A proxy said something that is no address.\n", 400)(environ, start_response)
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = prefix, path
        with links.with_max_link(self.longest - len(prefix)):
            return self.app(environ, start_response)


def behind(app: Flask) -> Any:
    """The app as the proxies in front of it present it: as many as are configured are believed, header by header, no more."""
    counts = {f"x_{name}": app.config["TRUSTED_HOPS"].get(name, 0) for name in FORWARDED}
    mounted = Mounted(app.wsgi_app, app.config["PREFIX"], app.config["LONGEST_LINK"])
    return ProxyFix(mounted, **counts) if any(counts.values()) else mounted
