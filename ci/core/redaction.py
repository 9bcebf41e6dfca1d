"""What leaves a call is redacted and cut: no secret of the call in any of its forms, and no text without an end.

The engine redacts a secret only in the output of a command that has it, not in what a function prints, raises or
returns (docs/engine.md, "Secrets in output").
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ci.errors import Problem

MASK = "***"
LINES = 40
"""Lines of a problem's value that are shown: some of the first, and the last."""
CHARACTERS = 4000
"""Characters of a problem's value that are shown."""
_FIRST_LINES = 10
_LINE = 1000
"""Characters of one line that are shown."""
_SHORTEST = 4
"""A shorter secret is not redacted: it would be found in words that have nothing to do with it."""
_SHORTEST_PART = 8
"""A part of a secret at the cut end of a text is redacted from this length on."""
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_%"
"""What base64 is written with, also for URLs and quoted for them."""
_AUTHORIZATION = re.compile(
    r"(?P<scheme>\b(?:basic|bearer)\s+)[A-Za-z0-9+/=._~-]{12,}"
    r"|(?P<key>\"(?:access_token|refresh_token|identity_token|token|jwtToken|password)\"\s*:\s*)\"[^\"\\]+\"",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Redactor:
    """Redacts the secrets of a call; without any, only what has the form of a credential in HTTP."""

    secrets: tuple[str, ...] = field(default=(), repr=False)

    def text(self, text: str) -> str:
        """The text with `***` in the place of each secret, plain, in base64 or quoted for URLs or JSON."""
        values = sorted({part for secret in self.secrets for part in _parts(secret)}, key=len, reverse=True)
        for value in values:
            for form in (value, json.dumps(value)[1:-1], _quoted(value), _low(_quoted(value))):
                text = text.replace(form, MASK)
            for form in _base64_forms(value):
                text = _without_word(text, form)
        text = _AUTHORIZATION.sub(_masked, text)
        for value in values:
            text = _without_part(text, value)
        return text

    def redacted(self, problem: Problem) -> Problem:
        """The problem, redacted, its texts cut."""

        def shown(text: str) -> str:
            return cut(self.text(text))

        return replace(
            problem,
            what=shown(problem.what),
            value=shown(problem.value),
            expected=shown(problem.expected),
            hint=shown(problem.hint),
            file=shown(problem.file),
            excerpt=self.text(problem.excerpt),  # lines of the caller's own file, or a difference that was asked for
        )

    def problems(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The problems, each as `redacted`."""
        return tuple(map(self.redacted, problems))


NO_SECRETS = Redactor()


def cut(text: str) -> str:
    """The text if it is short; otherwise its beginning and its end, and how much is missing between them."""
    lines = [_cut_characters(line, _LINE) for line in text.splitlines()]
    if len(lines) > LINES:
        last = LINES - _FIRST_LINES - 1
        missing = len(lines) - _FIRST_LINES - last
        lines = [*lines[:_FIRST_LINES], f"… ({missing} lines are not shown)", *lines[-last:]]
    return _cut_characters("\n".join(lines), CHARACTERS)


def _cut_characters(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    note = f" … ({len(text) - most} characters are not shown) … "
    kept = most - len(note)
    return text[: kept // 2] + note + text[-(kept - kept // 2) :]


def _parts(secret: str) -> Iterator[str]:
    """A secret as it is used, and each line of it, if it has several; what is too short is none of them."""
    value = secret.strip()
    for part in {value, *(line.strip() for line in value.splitlines())}:
        if len(part) >= _SHORTEST:
            yield part


def _base64_forms(value: str) -> Iterator[str]:
    """The base64 digits of a value that are the same wherever it stands in longer data, as in `user:token`."""
    data = value.encode()
    for before in range(3):
        first = -(-before * 8 // 6)  # the digits before hold bits of what stands before the value
        last = (before + len(data)) * 8 // 6  # the digits from there on hold bits of what follows it
        digits = base64.b64encode(b"\0" * before + data).decode()[first:last]
        if len(digits) >= _SHORTEST_PART:
            yield from {digits, digits.replace("+", "-").replace("/", "_"), _quoted(digits), _low(_quoted(digits))}


def _quoted(text: str) -> str:
    """As in a URL."""
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in text.encode())


def _without_word(text: str, form: str) -> str:
    """The text without the words of base64 digits that hold a form; a pattern would take a time that grows squared."""
    at = text.find(form)
    while at >= 0:
        start, end = len(text[:at].rstrip(_DIGITS)), at + len(form)
        end += len(text[end:]) - len(text[end:].lstrip(_DIGITS))
        text = f"{text[:start]}{MASK}{text[end:]}"
        at = text.find(form, start + len(MASK))
    return text


def _low(quoted: str) -> str:
    """As in a URL whose hex digits are in lower case."""
    return re.sub("%..", lambda found: found[0].lower(), quoted)


def _masked(found: re.Match[str]) -> str:
    return f'{found["key"]}"{MASK}"' if found["key"] else f"{found['scheme']}{MASK}"


def _without_part(text: str, form: str) -> str:
    """The text without a part of a secret at its end: another place may have cut it there."""
    bare = text.rstrip("… \n")
    for length in range(len(form) - 1, _SHORTEST_PART - 1, -1):
        if bare.endswith(form[:length]):
            return f"{bare[:-length]}{MASK}{text[len(bare) :]}"
    return text
