"""The platform's capacity API, as a sidecar sees it on its own loopback address."""

import json
from typing import Protocol
from urllib.request import Request, urlopen


class Capacity(Protocol):
    def current(self, service: str) -> int | None:
        """Replicas that run now; None while the platform is still at an earlier change."""

    def change(self, service: str, by: int) -> None: ...


class OmnistrateCapacity:
    def __init__(self, url: str, timeout: float = 60) -> None:
        self.url, self.timeout = url.rstrip("/"), timeout

    def current(self, service: str) -> int | None:
        answer = self._call(f"{service}/capacity")
        settled = answer["status"] in {"ACTIVE", "PAUSED"}
        return int(answer["currentCapacity"]) if settled else None

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


def settle(capacity: Capacity, service: str, target: int) -> int:
    """One step towards `target`; returns the change that was asked for, 0 if there was none to ask for."""
    current = capacity.current(service)
    if current is None or current == target:
        return 0
    by = target - current
    capacity.change(service, by)
    return by
