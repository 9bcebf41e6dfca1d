"""A script of faults: the functions below name those that need a status, a body or an edited response."""

from collections.abc import Callable
from dataclasses import replace

from ci.simulation.registry_faults import Fault, Kind, Response, denied, status

__all__ = ["Fault", "Kind", "Response", "denied", "status"]
HUGE = 5_000_000
"""Bytes of a huge body."""
PROXY, SAME = "PROXY-ADDRESS", "SAME-PATH"
"""Placeholders in a header's value: the proxy's `host:port`, and the path of the request."""


def retry_after(seconds: str, code: int = 429) -> Fault:
    """A response with `Retry-After`, in seconds or as a date."""
    return status(code, b"slow down", ("Retry-After", seconds), ("Content-Type", "text/plain"))


def captive_portal() -> Fault:
    """A page of the network between, with 200."""
    return status(
        200, b"<html><body>Please accept the terms of this network</body></html>", ("Content-Type", "text/html")
    )


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
