"""Strings written as YAML scalars, quoted where a reader could take the plain form for something else."""

import re
from json import dumps

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_STRINGS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_PLAIN_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/@-]*(?::[A-Za-z0-9._/@-]+)*")
"""Strings like image references, which no reader takes for anything else."""


def quoted(text: str) -> str:
    """A string as a scalar in double quotes, on one line and printable; JSON's escapes are YAML's too."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", dumps(text, ensure_ascii=False))


def key(name: str) -> str:
    """A name as a mapping's key, plain where every reader takes it for a string."""
    return name if _PLAIN_NAME.fullmatch(name) and name.lower() not in _NOT_STRINGS else quoted(name)


def plain_or_quoted(value: str) -> str:
    """An image reference as a scalar: plain if it has the form of one, else in double quotes."""
    return value if _PLAIN_REFERENCE.fullmatch(value) else quoted(value)
