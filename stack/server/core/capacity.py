"""The platform's capacity API, which a sidecar reaches on its loopback address."""

import json
from dataclasses import dataclass
from typing import Protocol
from urllib.request import Request, urlopen


@dataclass(frozen=True)
class Seen:
    """The platform's status of a service, and its number of replicas."""

    status: str
    replicas: int

    @property
    def settled(self) -> bool:
        """Whether no earlier change is in progress."""
        return self.status in {"ACTIVE", "PAUSED"}

    @property
    def troubled(self) -> bool:
        return not self.settled and self.status != "STARTING"


class Capacity(Protocol):
    """Both methods raise OSError or ValueError if the platform is not reachable or its response is invalid."""

    def observe(self, service: str) -> Seen: ...

    def change(self, service: str, by: int) -> None:
        """Request `by` more replicas, or fewer if it is negative."""


def change_needed(seen: Seen, target: int) -> int:
    """The change that leads to `target`; 0 while an earlier change is in progress or the service has failed."""
    return target - seen.replicas if seen.settled else 0


class OmnistrateCapacity:
    """https://github.com/omnistrate-community/custom-auto-scaling-example, docs of its internal API."""

    def __init__(self, url: str, timeout: float = 60) -> None:
        self.url, self.timeout = url.rstrip("/"), timeout

    def observe(self, service: str) -> Seen:
        answer = self._call(f"{service}/capacity")
        try:
            return Seen(str(answer["status"]), int(answer["currentCapacity"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"the platform's answer has no status and currentCapacity: {answer}") from error

    def change(self, service: str, by: int) -> None:
        if by > 0:
            self._call(f"{service}/capacity/add", {"capacityToBeAdded": by})
        else:
            self._call(f"{service}/capacity/remove", {"capacityToBeRemoved": -by})

    def _call(self, path: str, body: dict[str, int] | None = None) -> dict[str, object]:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.url}/resource/{path}", data, {"Content-Type": "application/json"})  # noqa: S310
        with urlopen(request, timeout=self.timeout) as response:  # noqa: S310 - a setting, and http
            return json.load(response)
