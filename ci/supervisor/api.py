"""The requests that a supervisor fulfils, by their path."""

from collections.abc import Callable, Mapping
from typing import Any

from .proc import memory
from .spec import Spec
from .supervisor import Supervisor


def respond(supervisor: Supervisor, path: str, body: Mapping[str, Any]) -> Any:  # Any: JSON
    """The response to a request.

    Raises:
        KeyError: the path is unknown.
        TypeError, ValueError: the request can't be fulfilled.
    """
    actions: dict[str, Callable[[], Any]] = {
        "/run": lambda: supervisor.run(Spec.from_json(body)),
        "/start": supervisor.start,
        "/stop": supervisor.stop,
        "/shutdown": supervisor.shut_down,
        "/state": lambda: supervisor.state(**body),
        "/log": lambda: supervisor.log(**body),
        "/exec": lambda: supervisor.execute(**body),
        "/memory": memory,
    }
    if path not in actions:
        raise KeyError(path)
    return actions[path]()
