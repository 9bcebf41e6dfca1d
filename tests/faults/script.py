"""A script of faults: which request meets one, and what happens to it.

A `Fault` is data: it matches requests by method, path and count, and names a `Kind`. `faults.proxy` carries it out.
The functions below name the faults that need a status, a body or an edited response.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

Headers = tuple[tuple[str, str], ...]
HUGE = 5_000_000
"""Bytes of a huge body."""
PROXY, SAME = "PROXY-ADDRESS", "SAME-PATH"
"""Placeholders in a header's value: the proxy's `host:port`, and the path of the request."""


class Kind(StrEnum):
    """What the proxy does with a matching request."""

    PASS = "passed on"
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


def status(code: int, body: bytes = b"", *headers: tuple[str, str], after: bool = False) -> Fault:
    """A fixed response; with `after`, one that hides what the upstream did."""
    return Fault(response=Response(code, headers, body), after=after)


def retry_after(seconds: str, code: int = 429) -> Fault:
    """A response with `Retry-After`, in seconds or as a date."""
    return status(code, b"slow down", ("Retry-After", seconds), ("Content-Type", "text/plain"))


def captive_portal() -> Fault:
    """A page of the network between, with 200."""
    return status(
        200, b"<html><body>Please accept the terms of this network</body></html>", ("Content-Type", "text/html")
    )


def denied() -> Fault:
    """403 for what is not there, as Artifactory and GHCR answer."""
    body = b'{"errors":[{"code":"DENIED","message":"requested access to the resource is denied"}]}'
    return status(403, body, ("Content-Type", "application/json"))


def no_challenge() -> Fault:
    """401 that does not say how to authenticate."""
    return status(401, b"unauthorized", ("Content-Type", "text/plain"))


def challenge() -> Fault:
    """401 that sends the client to a token service at the proxy itself."""
    header = f'Bearer realm="https://{PROXY}/token",service="registry",scope="repository:o/shop:pull,push"'
    return status(401, b"", ("WWW-Authenticate", header))


def circle() -> Fault:
    """A redirect to the same path."""
    return status(307, b"", ("Location", SAME))


def token(body: bytes) -> Fault:
    """What a token service answers."""
    return status(200, body, ("Content-Type", "application/json"))


def huge(code: int = 500) -> Fault:
    """A response whose body is 5 MB."""
    return status(code, b"x" * HUGE, ("Content-Type", "text/plain"))


def wrong_digest() -> Fault:
    """The digest header of another manifest."""
    return edited(lambda response: response.with_header("Docker-Content-Digest", "sha256:" + "0" * 64))


def wrong_body() -> Fault:
    """One byte of the body is another, and every header is as it was."""
    return edited(
        lambda response: replace(response, body=bytes([*(one ^ 1 for one in response.body[:1])]) + response.body[1:])
    )


def truncated() -> Fault:
    """Half of the body, as a complete response."""
    return edited(lambda response: replace(response, body=response.body[: len(response.body) // 2]))


def without(header: str) -> Fault:
    """The response lacks a header."""
    return edited(lambda response: response.with_header(header, None))


def edited(edit: Callable[[Response], Response]) -> Fault:
    """The upstream's response, changed by a function."""
    return Fault(kind=Kind.EDIT, edit=edit)
