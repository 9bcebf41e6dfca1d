"""Values that have another variable's secret in their text: a password inside of a URL, or of any longer text.

What is written into a plan must have the secret's expression in its place. A password in a URL or a connection string
is known by where it stands, whatever it is; elsewhere only a value that occurs nowhere by chance is looked for: `admin`
or `postgres` is the password of many, and much else too.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ci.core.expressions import secret_reference, verbatim_spans

_LEAST = 8
"""Characters that a value must have to be looked for anywhere."""
_LONG = 16
"""Characters from which on it may be of one kind of character alone."""
_KINDS = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"), re.compile("[^a-zA-Z0-9]"))
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_FORMS = ("%%%02X", "%%%02x")
_WORDS = re.compile(r"[a-z]+(?:[ _.:/-][a-z]+)*")
_PASSWORD = re.compile(
    r"(?i:\b[a-z][a-z0-9+.-]*://[^/\s:@?#]*:(?P<url>[^/\s@]+)@)"
    r"|(?i:(?:^|[;?&\s,])(?:pass|passwd|password|pwd|pw)=(?P<pair>[^;&\s,]+))"
)
"""The password in a URL, and in a connection string."""


@dataclass(frozen=True)
class Replaced:
    """A value with the expressions of the secrets in it; `unclear` says why one of them can't be written."""

    text: str
    unclear: str = ""


class SecretValues:
    """The values of variables that Omnistrate secrets replace."""

    def __init__(self, values: Iterable[tuple[str, str]]) -> None:
        """`values` are pairs of a value and its secret; with an empty value or secret it is none."""
        self._secrets: dict[str, dict[str, None]] = {}
        self._encoded: set[str] = set()
        """The values as a URL has them."""
        self._anywhere: set[str] = set()
        """The values that are looked for anywhere, and these as a URL has them."""
        for value, secret in values:
            if value and secret:
                self._secrets.setdefault(value, {})[secret] = None
                self._encoded |= {*_encoded(value)}
                if _is_rare(value):
                    self._anywhere |= {value, *_encoded(value)}
        self._starts = {one[:_LEAST] for one in self._anywhere}
        self._lengths = sorted({len(one) for one in self._anywhere}, reverse=True)

    def __bool__(self) -> bool:
        return bool(self._secrets)

    def replaced(self, text: str) -> Replaced | None:
        """A text with the secrets in it as expressions; None if there are none in it.

        A text that is a secret's value as a whole is unclear: it may be the same by chance.
        """
        parts, at = list[str](), 0
        for start, end in self._spans(text):
            found = text[start:end]
            secrets = [*self._secrets.get(found, ())]
            if not secrets:
                return Replaced(text, "it has the value of a secret, encoded for a URL")
            names = ", ".join(f"`{one}`" for one in secrets)
            if len(secrets) > 1:
                return Replaced(text, f"it has the value of several secrets: {names}")
            if found == text:
                return Replaced(text, f"its value is that of the secret {names}")
            parts += [text[at:start], secret_reference(secrets[0])]
            at = end
        return Replaced("".join([*parts, text[at:]])) if parts else None

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where secrets are in a text, in order, none over another and none in an expression of Omnistrate."""
        passwords = {
            match.start(kind): match.end(kind)
            for match in (_PASSWORD.finditer(text) if self._secrets else ())
            if (kind := match.lastgroup)
            if match[kind] in self._secrets or match[kind] in self._encoded
        }
        kept, at = dict(verbatim_spans(text)), 0
        while at < len(text) and (self._starts or passwords):
            end = 0 if at in kept else passwords.get(at) or self._end(text, at)
            if end:
                yield at, end
            at = end or kept.get(at, at + 1)

    def _end(self, text: str, at: int) -> int:
        """Where the longest value ends that a text has at an index; 0 if there is none."""
        if text[at : at + _LEAST] not in self._starts:
            return 0
        return next((at + length for length in self._lengths if text[at : at + length] in self._anywhere), 0)


def _encoded(value: str) -> tuple[str, ...]:
    """A value as a URL has it (RFC 3986, 2.1), with upper-case and with lower-case digits."""
    bytes_ = value.encode()
    return tuple("".join(chr(one) if chr(one) in _UNRESERVED else form % one for one in bytes_) for form in _FORMS)


def _is_rare(value: str) -> bool:
    """Whether a value is found in other texts only if it was copied."""
    if len(value) < _LEAST or _WORDS.fullmatch(value):
        return len(value) >= _LONG and not re.search(r"[ _.:/-]", value)
    return len(value) >= _LONG or value.isupper() or sum(bool(kind.search(value)) for kind in _KINDS) > 1
