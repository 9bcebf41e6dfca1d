"""What a step sends: its strings filled in, and its request."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ci.core import expressions
from ci.core.settings.smoke import Step

_NAME = re.compile(r"\{\{\s*([A-Za-z_][\w.]*)\s*\}\}")
_FILLED = ("http", "exec", "headers", "send_json", "send_form", "send_file", "expect_json")


@dataclass(frozen=True)
class Request:
    """A request to a service; at most one of `json`, `form` and `file` is its body."""

    service: str
    port: int
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    session: str = ""
    json: Any = None
    form: Mapping[str, str] = field(default_factory=dict)
    file: Mapping[str, str] = field(default_factory=dict)


class UnknownNameError(Exception):
    """A step uses a name that no earlier step saved; the text of the error is the name."""


def fill_step(step: Step, value_of: Callable[[str], str | None], secrets: Mapping[str, str]) -> Step:
    """The step with `{{ NAME }}` replaced by `value_of(NAME)` and `{{ $secrets.NAME }}` by the secret's value.

    Raises:
        UnknownNameError: a name has no value.
    """

    def known(found: re.Match[str]) -> str:
        value = value_of(found[1])
        if value is None:
            raise UnknownNameError(found[1])
        return value

    def fill(value: Any) -> Any:  # Any: TOML
        if isinstance(value, str):
            filled = _NAME.sub(known, value)
            return expressions.replace(filled, lambda name: secrets.get(name.removeprefix("secrets.")))
        if isinstance(value, Mapping):
            return {key: fill(one) for key, one in value.items()}
        return type(value)(fill(one) for one in value) if isinstance(value, list | tuple) else value

    return replace(step, **{key: fill(getattr(step, key)) for key in _FILLED})


def request_of(step: Step, default_port: int) -> Request:
    """The request of a filled step."""
    method, _, path = step.http.partition(" ")
    return Request(
        service=step.service,
        port=step.port or default_port,
        method=method,
        path=path,
        headers=step.headers,
        session=step.session,
        json=step.send_json,
        form=step.send_form,
        file=step.send_file,
    )
