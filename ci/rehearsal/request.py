"""A request, and the type of the operations that it is passed to."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .models import ApiError
from .responses_v1 import Json
from .state import State


@dataclass(frozen=True)
class Request:
    """An HTTP request, with the token of its Authorization header."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    body: bytes = b""

    def json(self) -> dict[str, Any]:  # Any: JSON
        """The body, which must be a JSON object.

        Raises:
            ApiError: 400, it is not.
        """
        try:
            value = json.loads(self.body)
        except ValueError:
            raise ApiError(400, "decode_payload", "the body is not valid JSON") from None
        if not isinstance(value, dict):
            raise ApiError(400, "decode_payload", "the body is not a JSON object")
        return value


Outcome = tuple[State, Json]
"""The new state and the body of the response."""

Operation = Callable[[State, Request, Mapping[str, str]], Outcome]
"""An operation of the API: the state, the request and the parameters in its path; it raises `ApiError`."""


def found(body: Json | None, what: str) -> Json:
    """The body.

    Raises:
        ApiError: 404, it is None.
    """
    if body is None:
        raise ApiError(404, "not_found", f"{what} not found")
    return body
