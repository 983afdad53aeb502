"""This site's own unit, made by this site from the link in README: booted, asked for a page, reloaded, stopped."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.system import lab

ROOT = Path(__file__).parents[2]
LOCK = ROOT / ".deploy" / "requirements.txt"
PLACE = "/srv/unit-generator"
PYTHONS = {252: "3.11", 257: "3.13"}
MAX_EXPOSED = 1.5
ASK = "import sys, urllib.request as u; a = u.urlopen(sys.argv[1], timeout=20); print(a.status, a.read().decode())"


def link() -> str:
    """The query of the link in README."""
    found = re.search(r"^/\?(name=unit-generator&\S+)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert found
    return found[1]


def packages(python: str) -> Path:
    """A folder with what the lock names, for a Python of another machine; made on first use."""
    name = f"packages-{python}-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    folder = lab.cache() / name
    with lab.locked(name):
        if not folder.exists():
            partial = folder.with_name(f".{name}.partial")
            options = ["--only-binary=:all:", "--python-version", python, "--target", str(partial), "--no-compile"]
            subprocess.run(
                [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", *options, "-r", str(LOCK)],
                check=True,
            )
            partial.rename(folder)
    return folder


@pytest.mark.parametrize("version", PYTHONS)
def test_the_unit_in_readme_serves_this_site(
    client: FlaskClient, root252: Path, version: int, say: Callable[..., None]
) -> None:
    unit = client.get(f"/unit-generator.service?{link()}")
    assert unit.status_code == 200, unit.text
    with lab.Guest(lab.root(version, "python3")) as guest:

        def do(*argv: str) -> str:
            return guest.run(argv, check=True).stdout

        def ask(path: str) -> str:
            return do("python3", "-c", ASK, f"http://127.0.0.1:8000{path}")

        do("mkdir", "-p", PLACE)
        for folder in ("app", "templates", "static"):
            guest.copy(ROOT / folder, f"{PLACE}/{folder}")
        guest.write(f"{PLACE}/pyproject.toml", (ROOT / "pyproject.toml").read_text())
        do("python3", "-m", "venv", "--without-pip", f"{PLACE}/.venv")
        guest.copy(packages(PYTHONS[version]), f"{PLACE}/packages")
        libraries = f"{PLACE}/.venv/lib/python{PYTHONS[version]}/site-packages"
        do("sh", "-euc", f"rmdir {libraries} && mv {PLACE}/packages {libraries}")
        guest.write("/root/unit-generator.service", unit.text)
        assert guest.run(["sh", "-s"], input=client.get(f"/prep.sh?{link()}").text).returncode == 0
        install = client.get(f"/install.sh?{link()}").text
        guest.write("/root/install.sh", install)
        installed = guest.run(["sh", "-c", "cd /root && sh install.sh"])
        journal = guest.run(["journalctl", "-u", "unit-generator", "-n", "40", "--no-pager"]).stdout
        assert installed.returncode == 0, installed.stdout + installed.stderr + journal
        do("systemctl", "is-active", "unit-generator")
        page = ask(f"/?{link()}")
        assert page.startswith("200 <!doctype html>")
        assert ask(f"/unit-generator.service?{link()}") == f"200 {unit.text}\n"
        owner = do("ps", "-o", "user:20=", "-p", do("systemctl", "show", "-P", "MainPID", "unit-generator").strip())
        assert owner.strip() == "unit-generator"
        before = do("pgrep", "-u", "unit-generator")
        do("systemctl", "reload", "unit-generator")
        do("sh", "-c", "for n in $(seq 100); do [ $(pgrep -c -u unit-generator) = 3 ] && break; sleep 0.2; done")
        assert ask("/healthz") == "200 ok\n"
        assert do("pgrep", "-u", "unit-generator") != before
        lines = do("journalctl", "-u", "unit-generator", "-o", "cat", "--no-pager").splitlines()
        logged = [json.loads(line) for line in lines if line.startswith("{")]
        assert {line["rule"] for line in logged} >= {"/", "/<name>.service", "/healthz"}
        do("systemctl", "stop", "unit-generator")
        assert do("systemctl", "show", "-P", "Result", "unit-generator") == "success\n"
        path = "/etc/systemd/system/unit-generator.service"
        limit = str(int(MAX_EXPOSED * 10))
        rated = guest.run(["systemd-analyze", "security", "--offline=true", f"--threshold={limit}", "--no-pager", path])
        assert rated.returncode == 0, rated.stdout[-400:] + rated.stderr
        level = rated.stdout.strip().rpartition(": ")[2]
        say(f"systemd {version}: this site's own unit serves it; {level}")
