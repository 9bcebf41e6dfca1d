"""Steps of a smoke: what is asked, with its texts filled in, and what an answer is worth."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ci.core import expressions
from ci.core.settings.smoke import Step

_NAME = re.compile(r"\{\{\s*([A-Za-z_][\w.]*)\s*\}\}")
SHOWN = 600
"""How many characters of an answer a problem shows."""


@dataclass(frozen=True)
class Request:
    """A request to a service."""

    service: str
    port: int
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    session: str = ""
    json: Any = None
    form: Mapping[str, str] = field(default_factory=dict)
    file: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What came back: a response's status, or a command's exit code; `error` where nothing did."""

    code: int = 0
    text: str = ""
    error: str = ""


class UnknownNameError(Exception):
    """A step names what no earlier step saved."""


def fill(step: Step, names: Callable[[str], str | None], secrets: Mapping[str, str]) -> Step:
    """The step with `{{ NAME }}` and `{{ $secrets.NAME }}` filled in, in all its texts but what is expected by pattern.

    Raises:
        UnknownNameError: a name has no value.
    """

    def text(value: str) -> str:
        def of(found: re.Match[str]) -> str:
            made = names(found[1])
            if made is None:
                raise UnknownNameError(found[1])
            return made

        plain = _NAME.sub(of, value)
        return expressions.replace(plain, lambda name: secrets.get(name.removeprefix("secrets.")))

    def every(value: Any) -> Any:
        if isinstance(value, str):
            return text(value)
        if isinstance(value, Mapping):
            return {key: every(one) for key, one in value.items()}
        return type(value)(every(one) for one in value) if isinstance(value, list | tuple) else value

    keys = ("http", "exec", "headers", "send_json", "send_form", "send_file", "expect_json")
    return replace(step, **{key: every(getattr(step, key)) for key in keys})


def request(step: Step, port: int) -> Request:
    """The request of a step whose texts are filled in."""
    method, _, path = step.http.partition(" ")
    return Request(
        step.service,
        step.port or port,
        method,
        path,
        step.headers,
        step.session,
        step.send_json,
        step.send_form,
        step.send_file,
    )


def fault(step: Step, answer: Answer) -> str:
    """What is wrong with an answer; `""` where it is what the step expects."""
    shown = f": {_short(answer.text)}" if answer.text.strip() else ""
    if answer.error:
        return answer.error
    expected, kind = (step.expect_status, "status") if step.action == "http" else (step.expect_exit_code, "exit code")
    if answer.code != expected:
        return f"{kind} {answer.code}, not {expected}{shown}"
    if step.expect_regex and not re.search(step.expect_regex, answer.text):
        return f"no match of {step.expect_regex!r}{shown}"
    return _json_fault(step, answer.text, shown) if step.expect_json is not None or step.save else ""


def _json_fault(step: Step, text: str, shown: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        return f"no JSON{shown}"
    if step.expect_json is not None and (place := _differs(step.expect_json, found, "")):
        return f"{place}{shown}"
    missing = [f"`{path}`, which `{name}` is taken from" for name, path in step.save.items() if at(found, path) is None]
    return f"nothing at {', '.join(missing)}{shown}" if missing else ""


def saved(step: Step, answer: Answer) -> dict[str, str]:
    """What the step saves of an answer without a fault."""
    return {name: str(at(json.loads(answer.text), path)) for name, path in step.save.items()}


def at(value: Any, path: str) -> Any:
    """What stands at a path, `documents.0.id`; None where nothing does."""
    for part in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _differs(expected: Any, found: Any, place: str) -> str:
    where = place.lstrip(".") or "the answer"
    if isinstance(expected, Mapping):
        if not isinstance(found, Mapping):
            return f"{where} is {_short(json.dumps(found))}, not a table"
        return next((d for key, one in expected.items() if (d := _differs(one, found.get(key), f"{place}.{key}"))), "")
    if isinstance(expected, list | tuple):
        if not isinstance(found, list) or len(found) < len(expected):
            return f"{where} is {_short(json.dumps(found))}, not a list of at least {len(expected)}"
        pairs = enumerate(zip(expected, found, strict=False))
        return next((d for number, (one, other) in pairs if (d := _differs(one, other, f"{place}.{number}"))), "")
    return "" if expected == found else f"{where} is {_short(json.dumps(found))}, not {json.dumps(expected)}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
