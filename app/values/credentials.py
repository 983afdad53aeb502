"""Credentials: secrets by name, and where each is read from.

Sources: src/core/load-fragment.c and src/shared/creds-util.c of systemd 247 to 262; systemd.exec(5), LoadCredential=.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.values.kind import Kind, Need
from app.values.paths import check_length
from app.values.sentences import quoted
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders
from app.values.streams import base64_needs, check_base64, half_characters, unescape, with_ascii_placeholders

_NAME = re.compile(r"(?!\.\.?\Z)[!-.0-9;-~ ]{1,255}")
_GLOB = re.compile(r"[^*?\[\]]*(\*?)")


def _is_name(text: str) -> bool:
    """credential_name_valid(): a file name that could name a file descriptor too."""
    return _NAME.fullmatch(text) is not None


def _check_name(name: str, form: str) -> None:
    """ValueError for what cannot name a credential. A backslash would be taken off before the name is read."""
    check_specifiers(name)
    if not _is_name(with_placeholders(name)) or "\\" in name:
        raise ValueError(f"“{quoted(name)}” cannot be the name of a credential. Write {form}.")


@dataclass(frozen=True)
class Credential(Kind):
    """ID:PATH, a credential and where it is read from (LoadCredential=; config_parse_load_credential())."""

    expands = True

    def check(self, value: str) -> str:
        identifier, _, source = value.partition(":")
        _check_name(identifier, "NAME:PATH, for example token:/etc/myapp/token")
        check_specifiers(source)
        sample = with_placeholders(source)
        if sample.startswith("/"):
            if any(part in {"", ".", ".."} for part in sample.removesuffix("/").split("/")[1:]) and sample != "/":
                raise ValueError(
                    f"The path “{quoted(source)}” is not spelt plainly, which systemd refuses. Write it without //, . and .. in it."
                )
            check_length(source)
        elif source and not _is_name(sample):
            raise ValueError(
                f"“{quoted(source)}” is neither an absolute path nor the name of a credential of the system. Write NAME:/absolute/path."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        if not value.partition(":")[2]:
            yield Need(249, "a credential without a path")


@dataclass(frozen=True)
class CredentialGlob(Kind):
    """GLOB[:NAME], credentials of the system by name or by how they begin (ImportCredential=; credential_glob_valid())."""

    expands = True

    def check(self, value: str) -> str:
        glob, _, renamed = value.partition(":")
        pattern = _GLOB.fullmatch(glob)
        if not pattern:
            raise ValueError(
                f"“{quoted(glob)}” has a sign of patterns in it. Write a name, or how names begin and * behind it, for example myapp.*."
            )
        if glob != "*":
            _check_name(glob.removesuffix("*"), "a name, or how names begin and * behind it, for example myapp.*")
        if renamed and not _is_name(renamed):
            raise ValueError(
                f"“{quoted(renamed)}” cannot be the name of a credential. Write GLOB:NAME, for example myapp.*:x."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        glob, colon, _ = value.partition(":")
        yield from specifier_needs(glob)
        if colon:
            yield Need(257, "another name for what is imported")


@dataclass(frozen=True)
class CredentialText(Kind):
    """ID:TEXT, a credential in the unit itself, with C escapes (SetCredential=; config_parse_set_credential())."""

    expands = True

    def check(self, value: str) -> str:
        identifier, colon, data = value.partition(":")
        _check_name(identifier, "NAME:VALUE, for example token:abc")
        if not colon:
            raise ValueError(f"“{quoted(value)}” has no value. Write NAME:VALUE, for example token:abc.")
        self.check_data(data)
        return value

    def check_data(self, data: str) -> None:
        """ValueError for what cannot be the content."""
        unescape(with_ascii_placeholders(data, nul=True))

    def needs(self, value: str) -> Iterator[Need]:
        identifier, _, data = value.partition(":")
        yield from specifier_needs(identifier)
        yield from self.data_needs(data)
        if not data:
            yield Need(1, "a credential without content", removed_in=252)

    def private_text(self, value: str) -> str:
        return value.partition(":")[2]

    def data_needs(self, data: str) -> Iterator[Need]:
        """What in the content has a version of its own."""
        return half_characters(data)


@dataclass(frozen=True)
class EncryptedCredential(CredentialText):
    """ID:BASE64, a credential as systemd-creds encrypts it (SetCredentialEncrypted=; config_parse_set_credential())."""

    def check_data(self, data: str) -> None:
        check_base64(data)

    def private_text(self, value: str) -> str:
        return ""  # only this machine can decrypt it

    def data_needs(self, data: str) -> Iterator[Need]:
        return base64_needs(data)
