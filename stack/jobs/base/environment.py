"""Reading environment variables; an empty one counts as missing."""

import os


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def secret(name: str) -> str:
    """The value unchanged, since a password may begin or end with a space; empty if it is only spaces."""
    value = os.environ.get(name, "")
    return value if value.strip() else ""


def number(name: str, default: float) -> float:
    """Raises ValueError with the variable's name unless the value is a number above zero."""
    given = text(name, str(default))
    try:
        value = float(given)
    except ValueError:
        value = 0
    if not 0 < value < float("inf"):
        raise ValueError(f"{name} is {given!r}: a number above zero is needed")
    return value


def flag(name: str) -> bool:
    """Raises ValueError with the variable's name unless the value is true or false, yes or no, on or off, 1 or 0."""
    given = text(name, "false").lower()
    if given not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise ValueError(f"{name} is {given!r}: true or false is needed")
    return given in {"1", "true", "yes", "on"}


def words(name: str, default: str) -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]
