"""Values that are no secrets, whatever their name."""

from ci.core.secret_detection.compiled import compiled

_FLAGS = frozenset({"true", "false", "yes", "no", "on", "off", "none", "null", "enabled", "disabled"})
_NUMBER = r"(?i)[+-]?\d+(?:[.:]\d+)?\s*(?:%|[a-z]{1,7})?"
_PATH = r"(?:~|\.{1,2}|[A-Za-z]:)?(?:[/\\][\w.@-]+)+[/\\]?"
_KEY_FILE = r"[\w-]+(?:\.[\w-]+)*\.(?:key|pem|crt|cert|cer|der|p12|pfx|jks)"
_LOWER_PATH = r"[a-z0-9._@/-]+"
_EXTENSION = r"\.[a-z]\w{1,4}$"
_ADDRESS = r"(?i)[a-z][a-z0-9+.-]*://[^\s@?#]*"


def is_flag(value: str) -> bool:
    """Whether a value only turns something on or off."""
    return value.strip().lower() in _FLAGS


def is_number(value: str) -> bool:
    """Whether a value is a number, or a number with a unit, such as `15m`."""
    return bool(compiled(_NUMBER).fullmatch(value.strip()))


def is_path(value: str) -> bool:
    """Whether a value is the path of a file or folder: one that is lower case, has an extension, or is a key's file."""
    text = value.strip()
    if compiled(_KEY_FILE).fullmatch(text):
        return True
    return bool(compiled(_PATH).fullmatch(text)) and (
        bool(compiled(_LOWER_PATH).fullmatch(text)) or bool(compiled(_EXTENSION).search(text))
    )


def is_address(value: str) -> bool:
    """Whether a value is a URL without credentials and query."""
    return bool(compiled(_ADDRESS).fullmatch(value.strip()))
