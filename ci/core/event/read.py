"""From the text of an event's file to the event."""

import json

from ci.core.event.event import Event
from ci.core.event.fields import HINT, Fields
from ci.core.event.github import github_event
from ci.core.event.plain import plain_event

MAX_BYTES = 25_000_000
"""GitHub caps a payload at 25 MB (https://docs.github.com/webhooks/webhook-events-and-payloads)."""
_EXPECTED = "the JSON of one event"


def parse_event(text: str, file: str = "event") -> Event:
    """The event that a file describes: GitHub's payload, or Slipway's own JSON, which has the key `kind`.

    Raises:
        ConfigurationError: the text is empty, too long, no JSON object, of no known event, or lacks a part.
    """
    top = Fields({}, file)
    check_size(len(text), file)
    if not text.strip("\ufeff \t\r\n"):
        raise top.problem("The event's file is empty", value="0 characters", expected=_EXPECTED, hint=HINT)
    try:
        values = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        value = f"{error.msg} at line {error.lineno}, column {error.colno}"
        raise top.problem("The event is not JSON", value=value, expected=_EXPECTED, hint=HINT) from error
    except (RecursionError, ValueError) as error:  # nested too deeply, or an integer of thousands of digits
        raise top.problem("The event is not JSON", value=str(error), expected=_EXPECTED, hint=HINT) from error
    if not isinstance(values, dict):
        value = type(values).__name__
        raise top.problem("The event is not a JSON object", value=value, expected=_EXPECTED, hint=HINT)
    fields = Fields(values, file)
    if "kind" in values:
        return plain_event(fields)
    event = github_event(fields)
    if event is None:
        keys = f"its keys: {', '.join(sorted(values)[:20]) or 'none'}"[:300]
        known = "a push, a manual dispatch, or another event of GitHub, which is not released"
        raise top.problem("The event is of no known kind", value=keys, expected=known, hint=HINT)
    return event


def check_size(size: int, file: str) -> None:
    """Refuse a file that no CI writes, before it is read; `size` in bytes or characters.

    Raises:
        ConfigurationError: it is too long.
    """
    if size > MAX_BYTES:
        expected = f"at most {MAX_BYTES:,} bytes, GitHub's own limit"
        value = f"{size:,} bytes"
        raise Fields({}, file).problem("The event's file is too long", value=value, expected=expected, hint=HINT)
