"""Command lines of services."""

import pytest

from app.values import ExecCommand, Need, commands_of, parse_commands
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What systemd 252 takes without a word, and so do we.
TAKEN: Taken = {
    "ExecStart": [
        "/usr/bin/true",
        '/bin/sh -c "exit 0"',
        "true",
        "-/usr/bin/true",
        "@/usr/bin/true name",
        "+/usr/bin/true",
        "!/usr/bin/true",
        ":-/usr/bin/true $HOME",
        "-+/usr/bin/true",
        '"/usr/bin/true"',
        "/bin/sh -c 'a \"b\" c'",
        "/usr/bin/env A=b > /tmp/x && echo *",
        "/bin/sleep $$ ${X} $Y",
        "/bin/sleep %% %n %p %t/x",
        "/bin/sleep 100%",
        "/bin/sleep \\x41\\101\\t\\s\\u00e9\\\\",
        "/usr/bin/true a;b",
        "/usr/bin/true \\;",
        '/usr/bin/true ";" é',
        "/bin/../bin/true",
        "/bin//true",
        "!!/usr/bin/true",
    ],
    "ExecStop": ["/usr/bin/true ; /usr/bin/true", "/usr/bin/true ;"],
    "ExecReload": ["/bin/kill -HUP $MAINPID"],
}

# What systemd 252 refuses or ignores, and our sentence.
REFUSED: Refused = {
    "ExecStart": {
        "bin/true": "“bin/true” is neither an absolute path nor a plain name. Begin it with /, for example /usr/local/bin/myapp.",
        "./true": "“./true” is neither an absolute path nor a plain name. Begin it with /, for example /usr/local/bin/myapp.",
        "~/true": "“~/true” is neither an absolute path nor a plain name. Begin it with /, for example /usr/local/bin/myapp.",
        "$HOME/true": "“$HOME/true” is neither an absolute path nor a plain name. Begin it with /, for example /usr/local/bin/myapp.",
        "/usr/bin/": "“/usr/bin/” is a directory. Write the path of a program, for example /usr/local/bin/myapp.",
        ".": "“.” is not a program. Write an absolute path, for example /usr/local/bin/myapp.",
        "..": "“..” is not a program. Write an absolute path, for example /usr/local/bin/myapp.",
        "- /usr/bin/true": "A blank stands between the prefix and the program, or the program is missing. Write them together, for example -/usr/bin/env.",
        "-": "A blank stands between the prefix and the program, or the program is missing. Write them together, for example -/usr/bin/env.",
        "+": "A blank stands between the prefix and the program, or the program is missing. Write them together, for example -/usr/bin/env.",
        "@": "A blank stands between the prefix and the program, or the program is missing. Write them together, for example -/usr/bin/env.",
        "+!/usr/bin/true": "“!/usr/bin/true” is neither an absolute path nor a plain name. Begin it with /, for example /usr/local/bin/myapp.",
        "!+/usr/bin/true": "“+/usr/bin/true” is neither an absolute path nor a plain name. Begin it with /, for example /usr/local/bin/myapp.",
        "!!!/usr/bin/true": "“!/usr/bin/true” is neither an absolute path nor a plain name. Begin it with /, for example /usr/local/bin/myapp.",
        '/bin/true "open': 'The quote " is opened and never closed. Close it, or take it away.',
        "/bin/true 'open": "The quote ' is opened and never closed. Close it, or take it away.",
        "/bin/true \\d": "“\\d” is not an escape that systemd knows. For a literal backslash write two.",
        "/bin/true %Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "/bin/true +%1": "“%1” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "/bin/true \\x00": "“\\x00” does not stand for a character that may be used here. Take it away.",
        "/bin/true \\u0000": "“\\u0000” does not stand for a character that may be used here. Take it away.",
        "/bin/true \\400": "“\\400” does not stand for a character that may be used here. Take it away.",
        "/bin/true \\U00110000": "“\\U00110000” does not stand for a character that may be used here. Take it away.",
        '/bin/\\"true': "The program's path “/bin/\"true” has quotes, a backslash or a control character in it, which systemd refuses. Use a plain path.",
        "/bin/a\\\\b": "The program's path “/bin/a\\b” has quotes, a backslash or a control character in it, which systemd refuses. Use a plain path.",
        "/bin/true\\x0a": "The program's path “/bin/true\\n” has quotes, a backslash or a control character in it, which systemd refuses. Use a plain path.",
        "%p/true": "“%p/true” is neither an absolute path nor a plain name. Begin it with /, for example /usr/local/bin/myapp.",
        "/bin/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": "The path is longer than a path can be (4095 bytes, 255 a part). Use a shorter one.",
    },
    "ExecStop": {
        "bin/x": "“bin/x” is neither an absolute path nor a plain name. Begin it with /, for example /usr/local/bin/myapp.",
    },
}

# What systemd 252 takes, but not as it was meant, or not in every version: refused all the same.
STRICTER: Refused = {
    "ExecStop": {
        ";": "There is no command here. Write the path of a program, for example /usr/local/bin/myapp.",
    },
}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED, STRICTER))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


ARGUMENTS = {
    "/bin/true": ("", "/bin/true", ()),
    "-@/bin/true name 'two words'": ("-@", "/bin/true", ("name", "two words")),
    "!!/bin/true": ("!!", "/bin/true", ()),
    r"/bin/true \x41\102 \u00e9 \s \\ \"x\" a\tb": ("", "/bin/true", ("AB", "é", " ", "\\", '"x"', "a\tb")),
    r"/bin/true \xc3\xa9": ("", "/bin/true", ("é",)),
    "/bin/true a\"b c\"d ''": ("", "/bin/true", ("ab cd", "")),
    "/bin/true $A ${B} > * ~ a;b": ("", "/bin/true", ("$A", "${B}", ">", "*", "~", "a;b")),
    r'/bin/true \; ";" x': ("", "/bin/true", (";", ";", "x")),
    '"/bin/my tool" x': ("", "/bin/my tool", ("x",)),
}


@pytest.mark.parametrize(("line", "command"), ARGUMENTS.items())
def test_words_are_split_as_in_systemd(line: str, command: tuple[str, str, tuple[str, ...]]) -> None:
    assert parse_commands(line) == [command]


def test_a_semicolon_as_a_word_separates_commands() -> None:
    for line in ("/bin/a x ; /bin/b", "/bin/a x ;  /bin/b ;", "; /bin/a x ; ; /bin/b", '";" /bin/a x ; /bin/b'):
        assert [(command.path, command.arguments) for command in parse_commands(line)] == [
            ("/bin/a", ("x",)),
            ("/bin/b", ()),
        ]


def test_escapes_that_are_no_text() -> None:
    assert (
        judged("ExecStart", r"/bin/true \xff")
        == "An escape such as \\xff does not make UTF-8 here. Write the character itself."
    )
    assert (
        judged("ExecStart", r"/bin/true \ud800")
        == "“\\ud800” does not stand for a character that may be used here. Take it away."
    )


def test_an_invalid_line_has_no_commands() -> None:
    assert commands_of("bin/relative") == ()
    assert len(commands_of(" /bin/a ; /bin/b ")) == 2


NEEDS = {
    "/bin/true": [],
    "-@/bin/true x": [],
    "+/bin/true": [Need(231, "the prefix +", True)],
    "-+/bin/true": [Need(231, "the prefix +")],
    "!/bin/true": [Need(235, "the prefix !", True)],
    "!!/bin/true": [Need(235, "the prefix !!", otherwise="it would run as if that were not there", removed_in=258)],
    ":/bin/true": [Need(242, "the prefix :", True)],
    "true": [Need(239, "the program “true” without its path", True)],
    "%h/true": [],
    "/bin/true %Y %Y": [Need(251, "the specifier %Y", True)],
    "-/bin/true %Y": [Need(251, "the specifier %Y")],
    "/bin/true ; +true": [
        Need(231, "the prefix +", True),
        Need(239, "the program “true” without its path", True),
    ],
    "/bin/x*": [Need(1, "a program with * ? or [ in its path", True, removed_in=261)],
    "/bin/.": [Need(1, "a directory as the program", True, removed_in=256)],
    "|/bin/true": [Need(258, "the prefix |", True)],
    "-|/bin/true %%": [Need(258, "the prefix |")],
    "|true x": [Need(258, "the prefix |", otherwise="it would run a program called “|true”")],
    "-+|true %Y": [
        Need(231, "the prefix +"),
        Need(258, "the prefix |", otherwise="it would run a program called “|true”"),
        Need(251, "the specifier %Y"),
    ],
    "@|true": [Need(258, "the prefix |", True)],
}


@pytest.mark.parametrize(("line", "needs"), NEEDS.items())
def test_an_unmet_need_of_a_command_refuses_the_unit_or_the_line(line: str, needs: list[Need]) -> None:
    assert list(ExecCommand().needs(ExecCommand().normalise(line))) == needs
