"""Names of users, groups, units, credentials and of things on the bus."""

import re

import pytest

from app.values import (
    AccountName,
    Credential,
    ExitStatuses,
    UnitNames,
    account_number,
    instance_name,
    is_strict_name,
    service_name,
    unescape,
)
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What systemd 252 takes without a word, and so do we.
TAKEN: Taken = {
    "User": ["root", "myapp", "_myapp", "my-app_2", "A", "0", "%p", "my-%N"],
    "Group": ["myapp", "1000", "4294967294", "65534", "%p"],
    "SupplementaryGroups": ["ssl-cert", "ssl-cert docker", "1000 4", "g-%p"],
    "After": [
        "mail@%n",
        "x-%n",
        "-.slice",
        "x@.service",
        "x@y@z.timer",
        "network.target",
        "a.service b.socket",
        "dbus.service",
        "foo@bar.service",
        "foo@.service",
        "x-%p.service",
        "-.mount",
        "a:b_c-d.e.timer",
        "dev-disk-by\\x2duuid.device",
        "a@b@c.service",
    ],
    "Wants": ["network-online.target"],
    "BusName": [":1.2", "%n", "-a.-b", "org.example.Myapp", "a.b", "_a.-b", "org.example.%N"],
    "LoadCredential": [
        "token:/etc/myapp/token",
        "token",
        "token:other",
        "a b:/x",
        "token:%t/x",
        "t:/a b",
        "t:/a/",
        "t:/a\\b",
        "t':/x",
    ],
    "SuccessExitStatus": [
        "0",
        "143",
        "255",
        "SIGTERM",
        "TERM",
        "143 SIGTERM KILL",
        "DATAERR",
        "RTMIN",
        "SIGRTMIN+3",
        "RTMAX-30",
        "CHOWN BPF",
    ],
}

# What systemd 252 refuses or ignores, and our sentence.
REFUSED: Refused = {
    "User": {
        "65535": "65535 is not a number that a user can have. Write one from 0 to 4294967294 without leading zeros, other than 65535.",
        "4294967295": "4294967295 is not a number that a user can have. Write one from 0 to 4294967294 without leading zeros, other than 65535.",
        "4294967296": "4294967296 is not a number that a user can have. Write one from 0 to 4294967294 without leading zeros, other than 65535.",
        "01": "01 is not a number that a user can have. Write one from 0 to 4294967294 without leading zeros, other than 65535.",
        "00": "00 is not a number that a user can have. Write one from 0 to 4294967294 without leading zeros, other than 65535.",
        "-1": "“-1” is not a name that a user can have. Use letters, digits, - and _, beginning with a letter or _, for example myapp.",
        "-": "“-” is not a name that a user can have. Use letters, digits, - and _, beginning with a letter or _, for example myapp.",
        "a:b": "“a:b” is not a name that a user can have. Use letters, digits, - and _, beginning with a letter or _, for example myapp.",
        "a/b": "“a/b” is not a name that a user can have. Use letters, digits, - and _, beginning with a letter or _, for example myapp.",
        ".": "“.” is not a name that a user can have. Use letters, digits, - and _, beginning with a letter or _, for example myapp.",
        "..": "“..” is not a name that a user can have. Use letters, digits, - and _, beginning with a letter or _, for example myapp.",
        "%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "%t": "“%t” does not make a name that a user can have: it holds none of : / , # quotes and blanks. Write for example myapp-%i.",
        "x:%p": "“x:%p” does not make a name that a user can have: it holds none of : / , # quotes and blanks. Write for example myapp-%i.",
        "99999999999999999999": "99999999999999999999 is not a number that a user can have. Write one from 0 to 4294967294 without leading zeros, other than 65535.",
    },
    "Group": {
        "65535": "65535 is not a number that a group can have. Write one from 0 to 4294967294 without leading zeros, other than 65535.",
        "a:b": "“a:b” is not a name that a group can have. Use letters, digits, - and _, beginning with a letter or _, for example myapp.",
        "-12": "“-12” is not a name that a group can have. Use letters, digits, - and _, beginning with a letter or _, for example myapp.",
    },
    "SupplementaryGroups": {
        "a:b": "“a:b” is not a name that a group can have. Use letters, digits, - and _, beginning with a letter or _, for example myapp.",
        "ok 65535": "65535 is not a number that a group can have. Write one from 0 to 4294967294 without leading zeros, other than 65535.",
        "%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "..": "“..” is not a name that a group can have. Use letters, digits, - and _, beginning with a letter or _, for example myapp.",
    },
    "After": {
        "network": "“network” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “network.service” or “network.target”?",
        "network.target,": "“network.target,” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        '"network.target"': '“"network.target"” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.',
        "a.foo": "“a.foo” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "@.service": "“@.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a@b.mount": "“a@b.mount” cannot be: only .service, .socket, .target, .timer and .path have instances. Write a name without @.",
        "a@.device": "“a@.device” cannot be: only .service, .socket, .target, .timer and .path have instances. Write a name without @.",
        "é.service": "“é.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "%t.mount": "“%t” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "%Z.service": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "a.service, b.service": "“a.service,” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a b.target": "“a” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “a.service” or “a.target”?",
        ".service": "“.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a%%b.service": "“a%%b.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
    },
    "Before": {
        "dev-sda.device": "systemd ignores “dev-sda.device” here: a device appears when it does and waits for nothing. Leave it out.",
    },
    "Requires": {
        "a/b.service": "“a/b.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
    },
    "BusName": {
        "myapp": "“myapp” is not a name on the bus. Write words of ASCII letters, digits, - and _ parted by dots, none beginning with a digit, for example org.example.Myapp.",
        "org..Myapp": "“org..Myapp” is not a name on the bus. Write words of ASCII letters, digits, - and _ parted by dots, none beginning with a digit, for example org.example.Myapp.",
        ".a.b": "“.a.b” is not a name on the bus. Write words of ASCII letters, digits, - and _ parted by dots, none beginning with a digit, for example org.example.Myapp.",
        "a.b.": "“a.b.” is not a name on the bus. Write words of ASCII letters, digits, - and _ parted by dots, none beginning with a digit, for example org.example.Myapp.",
        "1.b": "“1.b” is not a name on the bus. Write words of ASCII letters, digits, - and _ parted by dots, none beginning with a digit, for example org.example.Myapp.",
        "a.1": "“a.1” is not a name on the bus. Write words of ASCII letters, digits, - and _ parted by dots, none beginning with a digit, for example org.example.Myapp.",
        "a b.c": "“a b.c” is not a name on the bus. Write words of ASCII letters, digits, - and _ parted by dots, none beginning with a digit, for example org.example.Myapp.",
        "é.b": "“é.b” is not a name on the bus. Write words of ASCII letters, digits, - and _ parted by dots, none beginning with a digit, for example org.example.Myapp.",
        "a.b%": "“a.b%” is not a name on the bus. Write words of ASCII letters, digits, - and _ parted by dots, none beginning with a digit, for example org.example.Myapp.",
        "a.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb": "“a.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…” is not a name on the bus. Write words of ASCII letters, digits, - and _ parted by dots, none beginning with a digit, for example org.example.Myapp.",
    },
    "LoadCredential": {
        "/etc/token": "“/etc/token” cannot be the name of a credential. Write NAME:PATH, for example token:/etc/myapp/token.",
        ":/x": "“” cannot be the name of a credential. Write NAME:PATH, for example token:/etc/myapp/token.",
        "a/b:/x": "“a/b” cannot be the name of a credential. Write NAME:PATH, for example token:/etc/myapp/token.",
        "token:/a/../b": "The path “/a/../b” is not spelt plainly, which systemd refuses. Write it without //, . and .. in it.",
        "token:/a/./b": "The path “/a/./b” is not spelt plainly, which systemd refuses. Write it without //, . and .. in it.",
        "token:/a//b": "The path “/a//b” is not spelt plainly, which systemd refuses. Write it without //, . and .. in it.",
        "token:../x": "“../x” is neither an absolute path nor the name of a credential of the system. Write NAME:/absolute/path.",
        "..:/x": "“..” cannot be the name of a credential. Write NAME:PATH, for example token:/etc/myapp/token.",
        "é:/x": "“é” cannot be the name of a credential. Write NAME:PATH, for example token:/etc/myapp/token.",
        "t:%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "token:/a:b/..": "The path “/a:b/..” is not spelt plainly, which systemd refuses. Write it without //, . and .. in it.",
    },
    "SuccessExitStatus": {
        "256": "“256” is neither an exit status nor a signal. Write numbers up to 255 or names parted by blanks, for example 143 SIGTERM.",
        "SIGFOO": "“SIGFOO” is neither an exit status nor a signal. Did you mean “SIGIO”? Write numbers up to 255 or names parted by blanks, for example 143 SIGTERM.",
        "sigterm": "“sigterm” is neither an exit status nor a signal. Did you mean “SIGTERM”? Write numbers up to 255 or names parted by blanks, for example 143 SIGTERM.",
        "143,SIGTERM": "“143,SIGTERM” is neither an exit status nor a signal. Did you mean “SIGTERM”? Write numbers up to 255 or names parted by blanks, for example 143 SIGTERM.",
        '"143"': '“"143"” is neither an exit status nor a signal. Write numbers up to 255 or names parted by blanks, for example 143 SIGTERM.',
        "RTMIN+31": "“RTMIN+31” is neither an exit status nor a signal. Write numbers up to 255 or names parted by blanks, for example 143 SIGTERM.",
        "EX_OK": "“EX_OK” is neither an exit status nor a signal. Write numbers up to 255 or names parted by blanks, for example 143 SIGTERM.",
        "-1": "“-1” is neither an exit status nor a signal. Write numbers up to 255 or names parted by blanks, for example 143 SIGTERM.",
    },
}

# What systemd 252 takes, but not as it was meant, or not in every version: refused all the same.
STRICTER: Refused = {
    "After": {
        "%n": "“%n” is this unit itself, and systemd drops that. Write the names of other units.",
    },
    "User": {
        "my app": "“my app” is one name to systemd, and a user's name holds no blanks or commas. Write a single name, for example my-app.",
        "myapp # the user": "systemd would take # as part of the user's name: it reads neither quotes nor comments here. Write the name alone.",
        '"myapp"': "systemd would take \" as part of the user's name: it reads neither quotes nor comments here. Write the name alone.",
        "a,b": "“a,b” is one name to systemd, and a user's name holds no blanks or commas. Write a single name, for example my-app.",
        "é": "The name of a user is written in ASCII letters, digits and signs only.",
        "+1": "“+1” means a number to getent and chown and a name to systemd. Write the name or the number alone.",
    },
    "Group": {
        "my app": "“my app” is one name to systemd, and a group's name holds no blanks or commas. Write a single name, for example my-app.",
        "'x'": "systemd would take ' as part of the group's name: it reads neither quotes nor comments here. Write the name alone.",
    },
    "SupplementaryGroups": {
        "a,b": "systemd parts groups by blanks and would look for one called “a,b”. Write a b.",
        "ssl-cert, docker": "systemd parts groups by blanks and would look for one called “ssl-cert,”. Write ssl-cert docker.",
        '"a b"': "systemd would take \" as part of the group's name: it reads neither quotes nor comments here. Write the name alone.",
        "DOMAIN\\group": "systemd takes the backslash in “DOMAIN\\group” as an escape and drops it. Write the group's number instead.",
        "é": "The name of a group is written in ASCII letters, digits and signs only.",
    },
    "LoadCredential": {
        "to\\ken:/x": "“to\\ken” cannot be the name of a credential. Write NAME:PATH, for example token:/etc/myapp/token.",
    },
    "SuccessExitStatus": {
        "010": "systemd takes “010” as an octal number, for the zero before it: 010 is 8. Write it without that zero.",
    },
}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED, STRICTER))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


SERVICE_NAMES = {
    "": "The unit needs a name. Write one without its suffix, for example myapp.",
    ".service": "The unit needs a name. Write one without its suffix, for example myapp.",
    "my app": "“my app” cannot be the name of a service. Use letters, digits, - _ and ., beginning with a letter or digit, for example myapp.",
    "-x": "“-x” cannot be the name of a service. Use letters, digits, - _ and ., beginning with a letter or digit, for example myapp.",
    "a/b": "“a/b” cannot be the name of a service. Use letters, digits, - _ and ., beginning with a letter or digit, for example myapp.",
    "a:b": "“a:b” cannot be the name of a service. Use letters, digits, - _ and ., beginning with a letter or digit, for example myapp.",
    "a%b": "“a%b” cannot be the name of a service. Use letters, digits, - _ and ., beginning with a letter or digit, for example myapp.",
    "é": "“é” cannot be the name of a service. Use letters, digits, - _ and ., beginning with a letter or digit, for example myapp.",
    "@one": "“@one” has nothing before its @. A template is called for example myapp@.",
    "a@b:c": "“a@b:c” cannot be the name of a service. Use letters, digits, - _ and ., beginning with a letter or digit, for example myapp.",
    "a@b\\x2d": "“a@b\\x2d” cannot be the name of a service. Use letters, digits, - _ and ., beginning with a letter or digit, for example myapp.",
    "app.timer@": "“app.timer@” is another kind of unit. Write the name of the service without a suffix, for example myapp.",
    "app@one.timer": "“app@one.timer” is another kind of unit. Write the name of the service without a suffix, for example myapp.",
    "app.timer": "“app.timer” is another kind of unit. Write the name of the service without a suffix, for example myapp.",
    "a" * 248: "The name is too long: systemd takes 255 characters with the suffix .service.",
}


@pytest.mark.parametrize(
    "name", ["myapp", "my-app_2.x", "0", "a" * 247, "my.service.app", "app@", "app@one", "my-app@a.b_c@d-"]
)
def test_name_of_a_service(name: str) -> None:
    assert service_name(f" {name}.service ") == service_name(name) == name


@pytest.mark.parametrize(("name", "sentence"), SERVICE_NAMES.items())
def test_an_invalid_service_name_is_refused(name: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        service_name(name)


INSTANCES = {
    "": "“” cannot be an instance. Use letters, digits and : - _ . \\ @, without blanks, for example one; systemd-escape writes any other text so.",
    "a b": "“a b” cannot be an instance. Use letters, digits and : - _ . \\ @, without blanks, for example one; systemd-escape writes any other text so.",
    "a/b": "“a/b” cannot be an instance. Use letters, digits and : - _ . \\ @, without blanks, for example one; systemd-escape writes any other text so.",
    "é": "“é” cannot be an instance. Use letters, digits and : - _ . \\ @, without blanks, for example one; systemd-escape writes any other text so.",
    "$(id)": "“$(id)” cannot be an instance. Use letters, digits and : - _ . \\ @, without blanks, for example one; systemd-escape writes any other text so.",
    "%i": "“%i” cannot be an instance. Use letters, digits and : - _ . \\ @, without blanks, for example one; systemd-escape writes any other text so.",
    "app@one.service": "An instance is what stands between @ and .service. Write one alone.",
    "one.service": "An instance is what stands between @ and .service. Write one alone.",
    "a\\": "A backslash at the end would swallow the next line of the unit. Take it away, or double it.",
}


@pytest.mark.parametrize("name", ["one", "1", "-", "..", "a:b", "tty1", "a@b", "dev-disk\\x2dby", "a\\b"])
def test_name_of_an_instance(name: str) -> None:
    assert instance_name(f" {name} ") == name


@pytest.mark.parametrize(("name", "sentence"), INSTANCES.items())
def test_an_invalid_instance_is_refused(name: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        instance_name(name)


@pytest.mark.parametrize(
    ("name", "text"), {"one": "one", "srv-a": "srv/a", r"my\x2dapp": "my-app", r"\xc3\xa9": "é", "-": "/"}.items()
)
def test_a_name_is_unescaped_as_systemd_does(name: str, text: str) -> None:
    assert unescape(name) == text


@pytest.mark.parametrize("name", [r"a\b", r"\x2", r"\xff", r"\x0a", r"\x00", r"a\x5c"])
def test_a_name_that_does_not_unescape_to_text_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        unescape(name)


def test_strict_names_are_those_that_useradd_accepts() -> None:
    for name in ("a", "_a", "my-app_2", "A" * 31):
        assert is_strict_name(name)
    for name in ("", "1a", "-a", "my.app", "a" * 32, "a$", "é", "a\n"):
        assert not is_strict_name(name)


def test_names_beyond_the_strict_rule_are_refused_before_246() -> None:
    for name in ("my.app", "svc@example.org", "a" * 32):
        assert [(need.since, need.refused) for need in AccountName("user").needs(name)] == [(246, True)]
    assert not list(AccountName("user").needs("myapp"))
    assert not list(AccountName("user").needs("1000"))


def test_specifiers_of_paths_are_not_expanded_in_the_names_of_units() -> None:
    assert [need.since for need in UnitNames().needs("x-%l.service")] == [247]
    with pytest.raises(ValueError, match=r"^“%S” is not a specifier that systemd expands here"):
        UnitNames().normalise("%S.mount")


def test_a_credential_without_a_path_needs_249() -> None:
    assert [need.since for need in Credential().needs("token")] == [249]
    assert not list(Credential().needs("token:/etc/token"))


def test_newer_exit_statuses_need_their_version() -> None:
    assert [need.since for need in ExitStatuses().needs("143 BPF KSM MEMORY_THP")] == [250, 254, 260]


@pytest.mark.parametrize("number", ["1", "100", "850", "60000", "61183", "65520", "65533", "65536", "4294967294"])
def test_a_number_of_an_account_of_its_own(number: str) -> None:
    assert account_number(number) == number


NO_NUMBERS = {
    "": "is not a number",
    "x": "is not a number",
    "-1": "is not a number",
    "+850": "is not a number",
    "8 50": "is not a number",
    "８５０": "is not a number",
    "850\n": "U.000A",
    "0x10": "is not a number",
    "0850": "leading zeros",
    "0": "is root",
    "65534": "is nobody",
    "65535": "is not a number that",
    "4294967295": "is not a number that",
    "99999999999": "is not a number that",
    "61184": "dynamic users",
    "65519": "dynamic users",
}


@pytest.mark.parametrize(("text", "words"), NO_NUMBERS.items())
def test_a_reserved_or_invalid_number_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        account_number(text)
    assert str(refused.value).endswith(".")
