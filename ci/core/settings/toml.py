"""Names as TOML writes them, for the lines that a message proposes."""

import re
from json import dumps

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def key(name: str) -> str:
    """A name as a TOML key, in quotes where a bare key can't hold it (https://toml.io/en/v1.0.0#keys)."""
    return name if _BARE_KEY.fullmatch(name) else string(name)


def string(text: str) -> str:
    """A text as a basic string of TOML: JSON's escapes are TOML's, which also wants U+007F escaped."""
    return dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
