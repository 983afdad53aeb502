"""The preparation for RHEL and SUSE, run in a Debian root that is made like them: SELinux' programs are fakes that record."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.catalogue.versions import DISTRIBUTIONS
from app.effective import Effective
from app.host.prep import prepare, prepare_script
from app.report import steps_text
from tests.support.configurations import LEAST, unit_of, with_values
from tests.system import lab
from tests.system.test_preparation import Debian, changed

RHEL = with_values(LEAST, systemd="rhel-9", own=["/srv/a.b", "/opt/x::ro"], ExecStart="/srv/a.b/bin/app")

RECORD = "printf '%s' \"${0##*/}\" >>/tmp/record; printf ' <%s>' \"$@\" >>/tmp/record; echo >>/tmp/record\n"
FAKES = {
    "selinuxenabled": "test -e /tmp/selinux\n",
    "restorecon": RECORD,
    "semanage": RECORD + 'printf \'%s %s\\n\' "$4" "$5" >>/tmp/policy\n',
    # What was told to semanage last and matches, else the general type of its place.
    "matchpathcon": """type=default_t
case $3 in /opt/*) type=usr_t ;; /srv/*) type=var_t ;; /etc/*) type=etc_t ;; esac
while read -r name pattern; do printf '%s\\n' "$3" | grep -qxE -e "$pattern" && type=$name; done <<END
$(cat /tmp/policy 2>/dev/null)
END
printf 'system_u:object_r:%s:s0\\n' "$type"
""",
}
LABELLED = [
    r"semanage <fcontext> <-a> <-t> <var_lib_t> </srv/a\.b(/.*)?>",
    r"semanage <fcontext> <-a> <-t> <bin_t> </srv/a\.b/bin/app>",
    "restorecon <-R> <--> </srv/a.b>",
    "restorecon <-R> <--> </opt/x>",
]


@pytest.fixture
def like_rhel(root252: Path) -> Iterator[Debian]:
    """A root with fakes of SELinux' programs; it is on where /tmp/selinux is."""
    with lab.throwaway(root252) as copy:
        debian = Debian(copy)
        for name, text in FAKES.items():
            path = f"/usr/sbin/{name}"
            debian.do(f"cat >{path} <<'END_OF_FAKE'\n#!/bin/sh\n{text}END_OF_FAKE\nchmod 755 {path}")
        yield debian


def record(debian: Debian) -> list[str]:
    """What the fakes were told since they were asked last."""
    return debian.do("cat /tmp/record 2>/dev/null || :; rm -f /tmp/record").splitlines()


def test_own_directories_are_labelled_once_where_selinux_is_on(like_rhel: Debian) -> None:
    like_rhel.prepare(RHEL)
    assert record(like_rhel) == []
    like_rhel.do("touch /tmp/selinux")
    like_rhel.prepare(RHEL)
    assert record(like_rhel) == LABELLED
    like_rhel.prepare(RHEL)
    assert record(like_rhel) == LABELLED[2:]


def test_pasted_steps_label_alike(like_rhel: Debian) -> None:
    like_rhel.do("touch /tmp/selinux")
    done = like_rhel.pipe(steps_text(prepare(Effective(unit_of(RHEL)))))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert record(like_rhel) == LABELLED


def test_the_administrators_labels_are_preserved(like_rhel: Debian) -> None:
    like_rhel.do(r"touch /tmp/selinux; echo 'public_content_t /srv/.*' >/tmp/policy")
    like_rhel.prepare(RHEL)
    assert record(like_rhel) == LABELLED[2:]


def test_without_semanage_the_script_names_the_package_to_install(like_rhel: Debian) -> None:
    like_rhel.do("touch /tmp/selinux; rm /usr/sbin/semanage")
    said = "semanage is missing here, so /srv/a.b would keep no label. Install policycoreutils-python-utils, then run this again.\n"
    done = like_rhel.pipe(prepare_script(Effective(unit_of(RHEL))))
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert record(like_rhel) == []


LOGIN_DEFS = {
    "groups of their own": "USERGROUPS_ENAB yes\nCREATE_HOME yes\nHOME_MODE 0700\nSYS_UID_MIN 201\nSYS_UID_MAX 999\nSYS_GID_MIN 201\nSYS_GID_MAX 999\nUMASK 077\n",
    "one group for all": "USERGROUPS_ENAB no\nCREATE_HOME no\nSYS_UID_MIN 100\nSYS_UID_MAX 499\nSYS_GID_MIN 100\nSYS_GID_MAX 499\nUMASK 022\n",
}


@pytest.mark.parametrize("defs", LOGIN_DEFS.values(), ids=LOGIN_DEFS)
@pytest.mark.parametrize("key", ["rhel-9", "sles-15.6", "252"])
def test_accounts_do_not_depend_on_login_defs(root252: Path, key: str, defs: str) -> None:
    with lab.throwaway(root252) as copy:
        debian = Debian(copy)
        debian.do(
            f"cat >/etc/login.defs <<'END'\n{defs}END\nprintf 'GROUP=100\\nCREATE_MAIL_SPOOL=yes\\n' >/etc/default/useradd"
        )
        parameters = with_values(LEAST, systemd=key, own="/srv/x")
        debian.prepare(parameters)
        once = debian.listing()
        debian.prepare(parameters)
        assert changed(once, debian.listing()) == set()
        assert debian.do("id -Gn myapp") == "myapp\n"
        nologin = "/usr/sbin/nologin" if key == "252" else "/sbin/nologin"
        assert debian.do("getent passwd myapp").strip().split(":")[5:] == ["/nonexistent", nologin]
        assert debian.look("/srv/x") == ["myapp:myapp 750"]
        assert debian.do("ls /home /var/mail 2>/dev/null | grep myapp || :") == ""


def test_every_distribution_has_the_nologin_shell() -> None:
    for row in DISTRIBUTIONS:
        assert row.family.nologin in ("/sbin/nologin", "/usr/sbin/nologin")
        assert not row.family.semanage or row.family.semanage.startswith("policycoreutils-python")
