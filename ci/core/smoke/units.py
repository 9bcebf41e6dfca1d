"""Durations and sizes, as the compose specification writes them."""

import re
from typing import Any

_SECONDS = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_BYTES = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


def parse_duration(value: Any) -> float:  # Any: YAML, here and below
    """The seconds of a duration such as `1m30s`.

    Raises:
        ValueError: it is no duration; the message says what is expected.
    """
    parts = re.findall(r"(\d+(?:\.\d+)?)(us|µs|ms|s|m|h)", str(value))
    if "".join(number + unit for number, unit in parts) != str(value) or not parts:
        raise ValueError(f"a duration with its unit, such as 1m30s, not {value!r}")
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def parse_size(value: Any) -> int:
    """The bytes of a size such as `512M`.

    Raises:
        ValueError: it is no size; the message says what is expected.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgtb]?)i?b?", str(value).strip().lower())
    if not found:
        raise ValueError(f"a size such as 512M, not {value!r}")
    return int(float(found[1]) * _BYTES[found[2]])
