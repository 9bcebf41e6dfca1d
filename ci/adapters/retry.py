"""Retries of transient faults.

GHCR responds with 502, 504 or `unknown blob` now and then, and the engine does not retry a push: docs/engine.md,
"Pushes are not retried".
"""

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

R = TypeVar("R")
ATTEMPTS = 5
"""How often work is tried in all."""

_TRANSIENT = re.compile(
    r"\b(?:408|429|500|502|503|504)\b|too many requests|bad gateway|service unavailable|gateway time-?out|"
    r"internal server error|unknown blob|blob unknown|blob upload unknown|unexpected eof|\bEOF\b|connection reset|"
    r"connection refused|connection aborted|broken pipe|i/o timeout|timed? ?out|tls handshake|"
    r"remote end closed|temporary failure in name resolution|server misbehaving",
    re.IGNORECASE,
)


def is_transient(message: str) -> bool:
    """Whether an error message describes a fault that a retry may not meet again."""
    return _TRANSIENT.search(message) is not None


async def retried(
    work: Callable[[], Awaitable[R]],
    *,
    transient: Callable[[BaseException], bool],
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> R:
    """Run `work`, up to `ATTEMPTS` times while its error is `transient`.

    The pause before a retry is random, and at most 1, 2, 4, 8 seconds. The last error is raised as it is.
    """
    attempts = AsyncRetrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_random_exponential(multiplier=1, max=20),
        retry=retry_if_exception(transient),
        sleep=sleep,
        reraise=True,
    )
    return await attempts(work)
