"""What goes wrong with a registry: which faults are transient, and the problem that each is reported as."""

import os
import ssl
from collections.abc import Iterator

import httpx

from ci.adapters.registry_answers import AnswerError
from ci.errors import Problem

AGAIN = "run the same call again: what was pushed is reused"
_FORBIDDEN = frozenset({401, 403})
LONGEST = 300
"""Characters of an error that are shown; cut when secrets are masked, since a part of one would not be found."""


def is_transient(error: BaseException) -> bool:
    """Whether a retry may not meet this fault again."""
    if isinstance(error, AnswerError):
        return error.transient
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in _chain(error)):  # a certificate stays as it is
        return False
    return isinstance(error, TimeoutError | httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol)


def wait_seconds(error: BaseException) -> float:
    """How long the sender of an error asks to wait before the next request; 0 if it does not."""
    return error.wait_seconds if isinstance(error, AnswerError) else 0.0


def reason(error: BaseException) -> str:
    """Why a request failed, without its address: the reason is the same for all repositories of a host."""
    if isinstance(error, AnswerError):
        return str(error)
    inner = [one for one in _chain(error) if isinstance(one, OSError) and str(one)]
    text = _shown(inner[-1]) if inner else str(error) or type(error).__name__
    return text if isinstance(error, TimeoutError | httpx.HTTPError) else f"{type(error).__name__}: {text}"


def _shown(error: OSError) -> str:
    """An error of the system, as the system says it: `Connection refused`."""
    number = error.errno or 0
    return os.strerror(number) if number > 0 and not isinstance(error, ssl.SSLError) else str(error)


def request_problem(
    failed: str, host: str, error: Exception, shown: str, *, with_token: bool, seconds: float
) -> Problem:
    """The problem of a request that failed; `shown` is its `reason`, masked and cut."""
    if isinstance(error, AnswerError) and error.status in _FORBIDDEN:
        given = "the registry token given" if with_token else "no registry token was given, so that access"
        return Problem(
            what=failed,
            value=shown,
            expected=f"a token that may push packages there (GHCR: a personal access token with `write:packages`); "
            f"{given} is refused",
            hint=f"check the token with `docker login {host}`, give it with --registry-token, then run the same "
            "call again",
        )
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return Problem(
            what=f"The registry {host} does not respond in time",
            value=f"no complete response within {seconds:g} s",
            expected="a complete response to each request in time",
            hint=f"check the network, or raise `registry_seconds` in [tool.slipway], then {AGAIN}",
        )
    if isinstance(error, httpx.TransportError):
        return Problem(
            what=f"The registry {host} can't be reached",
            value=shown,
            expected="a registry that responds",
            hint=f"check the network and `image_prefix`, then {AGAIN}",
        )
    expected = error.expected if isinstance(error, AnswerError) else "a response as the distribution spec says"
    return Problem(what=failed, value=shown, expected=expected, hint=AGAIN)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and all that caused it, the cause last."""
    current: BaseException | None = error
    while current is not None:
        yield current
        if isinstance(current, BaseExceptionGroup):
            current = current.exceptions[0]
        else:
            current = current.__cause__ or current.__context__
