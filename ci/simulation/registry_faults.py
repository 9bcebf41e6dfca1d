"""What can happen to a request to a registry or an API: which request meets it, and what happens.

A `Fault` is data: it matches requests by method, path and count, and names a `Kind`. `ci.simulation.registry` carries
it out in memory; the proxy of the tests does so between real programs.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

Headers = tuple[tuple[str, str], ...]


class Kind(StrEnum):
    """What the proxy does with a matching request."""

    PASS = "passed on"  # noqa: S105 - no password
    """Nothing, but for the event that a fault may name."""
    ANSWER = "answered by the proxy"
    """A response of the fault's own; with `after`, the upstream has acted and its response is dropped."""
    EDIT = "response edited"
    """The upstream's response, changed."""
    RESET = "connection reset"
    """The connection is reset before the upstream is reached; with `after`, when it has acted."""
    LOST = "response lost"
    """The upstream acts, and the connection is closed without a byte."""
    EOF = "end in the middle"
    """The upstream acts, and the connection is closed after half of its response."""
    DRIP = "drip"
    """The upstream acts, and a response without end arrives byte by byte."""
    HANG = "hang"
    """No response, for as long as the client waits; with `after`, the upstream has acted."""
    HOLD = "held back"
    """Passed on only after another request, which `until` matches, has been answered."""
    TWICE = "sent twice"
    """The upstream gets the request twice; the second response is given."""


@dataclass(frozen=True)
class Response:
    """A complete response; a `HEAD` response has no body, and its length in `headers`."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """The value of a header, whose name is matched in any case; empty if it is missing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def with_header(self, name: str, value: str | None) -> "Response":
        """With a header set to `value`, or without it for None."""
        kept = tuple((key, old) for key, old in self.headers if key.lower() != name.lower())
        return replace(self, headers=kept if value is None else (*kept, (name, value)))


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault and the requests that it meets: those from the `first` match on, `times` of them."""

    kind: Kind = Kind.ANSWER
    method: str = ""
    """The method, or any where empty."""
    path: str = ""
    """A regular expression that is searched for in the path with its query."""
    first: int = 1
    """Which matching request is the first to meet the fault, counted from 1."""
    times: int = 1
    """How many of them meet it; 0 for all that follow."""
    after: bool = False
    """Whether the upstream acts before the fault."""
    response: Response = Response(500)
    """What `Kind.ANSWER` answers."""
    edit: Callable[[Response], Response] | None = None
    """What `Kind.EDIT` does to the response."""
    until: tuple[str, str] = ("", "")
    """Method and path of the request that `Kind.HOLD` waits for."""
    event: str = ""
    """The name of an event that happens at that moment: before the fault, and with `after` behind the upstream."""

    def meets(self, method: str, path: str) -> bool:
        """Whether a request is of those that the fault is for, its count left aside."""
        return self.method in ("", method) and re.search(self.path, path) is not None

    def at(self, method: str, path: str, *, first: int = 1, times: int = 1) -> "Fault":
        """The same fault for other requests."""
        return replace(self, method=method, path=path, first=first, times=times)

    @property
    def reaches(self) -> bool:
        """Whether the upstream sees the request."""
        return self.after or self.kind not in {Kind.ANSWER, Kind.RESET, Kind.HANG}


def is_in_turn(count: int, first: int, times: int) -> bool:
    """Whether the match of this number meets a fault of `times` matches from the `first` on; 0 for all that follow."""
    return count >= first and not (times and count >= first + times)


class Script:
    """The faults of a run; it counts the requests."""

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self._faults, self._counts, self.met = tuple(faults), [0] * len(faults), False

    @property
    def unmet(self) -> bool:
        """Whether there are faults, and no request has met any of them."""
        return bool(self._faults) and not self.met

    def claim(self, method: str, path: str) -> Fault | None:
        """The first fault that a request meets; every fault that it matches counts it."""
        found = None
        for at, fault in enumerate(self._faults):
            if not fault.meets(method, path):
                continue
            self._counts[at] += 1
            if found is None and is_in_turn(self._counts[at], fault.first, fault.times):
                found, self.met = fault, True
        return found


def status(code: int, body: bytes = b"", *headers: tuple[str, str], after: bool = False) -> Fault:
    """A fixed response; with `after`, one that hides what the upstream did."""
    return Fault(response=Response(code, headers, body), after=after)


def denied() -> Fault:
    """403 for what is not there, as Artifactory and GHCR answer."""
    body = b'{"errors":[{"code":"DENIED","message":"requested access to the resource is denied"}]}'
    return status(403, body, ("Content-Type", "application/json"))
