"""Try again what fails in passing: GHCR answers 502, 504 or `unknown blob` now and then; the engine gives up at once.

The engine does not retry a push by itself: docs/engine.md, "Pushes are not retried".
"""

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

R = TypeVar("R")
ATTEMPTS = 5

_PASSING = re.compile(
    r"\b(?:408|429|500|502|503|504)\b|too many requests|bad gateway|service unavailable|gateway time-?out|"
    r"internal server error|unknown blob|blob unknown|blob upload unknown|unexpected eof|\bEOF\b|connection reset|"
    r"connection refused|connection aborted|broken pipe|i/o timeout|timed? ?out|tls handshake|"
    r"remote end closed|temporary failure in name resolution|server misbehaving",
    re.IGNORECASE,
)


def is_passing(message: str) -> bool:
    """Whether an error's text is that of a fault which another try may not meet."""
    return _PASSING.search(message) is not None


async def retried(
    work: Callable[[], Awaitable[R]],
    *,
    passing: Callable[[BaseException], bool],
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> R:
    """Do `work`, again up to five times in all while its error is `passing`; the last error goes up as it is."""
    async for attempt in AsyncRetrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_random_exponential(multiplier=1, max=20),
        retry=retry_if_exception(passing),
        sleep=sleep,
        reraise=True,
    ):
        with attempt:
            return await work()
    raise AssertionError("tenacity ends with a result or an exception")
