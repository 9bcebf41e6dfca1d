"""Whether the result of a step is as expected, and what the step saves of it."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ci.core.settings.smoke import Action, Step

SHOWN_CHARACTERS = 600
"""How much of an output a message shows."""


@dataclass(frozen=True)
class ActionResult:
    """A response's status and body, or a command's exit code and output; `error` if there is neither."""

    code: int = 0
    output: str = ""
    error: str = ""


def mismatch(step: Step, result: ActionResult, redact: Callable[[str], str] = str) -> str:
    """How a result differs from what the step expects; `""` if it does not.

    What is shown of the result is given to `redact` before it is cut: a part of a secret would not be found.
    """
    if result.error:
        return redact(result.error)
    output = f": {_short(redact(result.output))}" if result.output.strip() else ""
    http = step.action == Action.HTTP
    expected, kind = (step.expect_status, "status") if http else (step.expect_exit_code, "exit code")
    if result.code != expected:
        return f"{kind} {result.code}, not {expected}{output}"
    if step.expect_regex and not re.search(step.expect_regex, result.output):
        return f"no match of {step.expect_regex!r}{output}"
    if step.expect_json is None and not step.save:
        return ""
    problem = _json_mismatch(step, result.output, redact)
    return f"{problem}{output}" if problem else ""


def _json_mismatch(step: Step, text: str, redact: Callable[[str], str]) -> str:
    try:
        document = json.loads(text)
    except ValueError:
        return "not JSON"
    if step.expect_json is not None and (difference := _difference(step.expect_json, document, "", redact)):
        return difference
    missing = [f"`{path}`, to be saved as `{name}`" for name, path in step.save.items() if at(document, path) is None]
    return f"no value at {', '.join(missing)}" if missing else ""


def saved_values(step: Step, result: ActionResult) -> dict[str, str]:
    """The values that the step saves of a result without a mismatch."""
    return {name: str(at(json.loads(result.output), path)) for name, path in step.save.items()}


def at(document: Any, path: str) -> Any:  # Any: JSON, here and below
    """The value at a path such as `documents.0.id`; None if there is none."""
    for part in path.split("."):
        if isinstance(document, Mapping):
            document = document.get(part)
        elif isinstance(document, list) and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        else:
            return None
    return document


def _difference(expected: Any, found: Any, path: str, redact: Callable[[str], str]) -> str:
    """The first difference of a value from an expected one; `""` if there is none."""
    where = path.lstrip(".") or "the document"
    shown = _short(redact(json.dumps(found)))
    if isinstance(expected, Mapping):
        if not isinstance(found, Mapping):
            return f"{where} is {shown}, not an object"
        pairs = [(f"{path}.{key}", one, found.get(key)) for key, one in expected.items()]
    elif isinstance(expected, list | tuple):
        if not isinstance(found, list) or len(found) < len(expected):
            return f"{where} is {shown}, not an array of at least {len(expected)}"
        pairs = [(f"{path}.{at}", one, found[at]) for at, one in enumerate(expected)]
    else:
        return "" if expected == found else f"{where} is {shown}, not {json.dumps(expected)}"
    return next((text for inner, one, other in pairs if (text := _difference(one, other, inner, redact))), "")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
