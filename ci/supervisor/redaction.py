"""Masks secrets in an output, plain, in base64 or quoted for a URL."""

import base64
import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

MASK = "***"
_SHORTEST_BASE64 = 8
"""Fewer digits of base64 are in words that have nothing to do with a secret."""


class Redaction:
    """Masks the given strings in each of their forms."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        # The longest first: one string may be a part of another.
        forms = sorted({form for one in secrets if one for form in _forms(one)}, key=len, reverse=True)
        digits = sorted({form for one in secrets if one for form in _base64(one)}, key=len, reverse=True)
        patterns = [rf"[\w+/=-]*(?:{_any(digits)})[\w+/=-]*"] if digits else []
        patterns += [_any(forms)] if forms else []
        self._pattern = re.compile("|".join(patterns)) if patterns else None

    def mask(self, text: str) -> str:
        """The text with secrets masked."""
        return self._pattern.sub(MASK, text) if self._pattern else text


def _any(strings: Sequence[str]) -> str:
    return "|".join(map(re.escape, strings))


def _forms(secret: str) -> Iterator[str]:
    quoted = quote(secret, safe="")
    yield from (secret, quoted, re.sub("%..", lambda found: found[0].lower(), quoted))


def _base64(secret: str) -> Iterator[str]:
    """The digits that a secret has wherever it stands in longer data, such as `user:password`."""
    data = secret.encode()
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + data).decode()
        # The first digits hold bits of what stands before the secret, the last ones bits of what follows it.
        digits = encoded[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        if len(digits) >= _SHORTEST_BASE64:
            yield from (digits, digits.replace("+", "-").replace("/", "_"))
