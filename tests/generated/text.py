"""Small strategies that those of the kinds are made of: words, lists, paths."""

import string

from hypothesis import strategies as st

Values = st.SearchStrategy[str]


def word(*extra: str, first: str = string.ascii_letters, longest: int = 10) -> Values:
    """A word of ASCII letters and digits, with some extra characters inside."""
    alphabet = string.ascii_letters + string.digits + "".join(extra)

    def begun(text: str) -> str:
        return text if text[0] in first else f"{first[len(text) % len(first)]}{text[1:]}"

    return st.text(alphabet, min_size=1, max_size=longest).map(begun)


def listed(words: Values, most: int = 4) -> Values:
    return st.lists(words, min_size=1, max_size=most).map(" ".join)


def any_of(*words: str) -> Values:
    return st.sampled_from(words)


def parts(*extra: str) -> Values:
    return word(".", "_", "-", "+", "@", "~", "=", ",", *extra, first=string.ascii_letters + "._-é日").filter(
        lambda part: part.strip(".")
    )


def absolute(part: Values) -> Values:
    root = st.one_of(st.just(""), any_of("%t", "%S", "%C", "%L", "%E"))
    rest = st.lists(part, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
    return st.builds("{}{}{}".format, root, rest, any_of("", "/", "/.", "//x"))


PATHS = absolute(parts())
BLANK_PATHS = absolute(parts(" ").map(str.strip))


def quoted(words: Values) -> Values:
    return st.one_of(words.map('"{}"'.format), words.map("'{}'".format))


def with_prefix(words: Values, *prefixes: str) -> Values:
    return st.builds(str.__add__, any_of(*prefixes), words)
