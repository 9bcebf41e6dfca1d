"""Retries of transient faults, within a deadline, each announced in the progress of the call.

GHCR responds with 502, 504 or `unknown blob` now and then, and the engine does not retry a push: docs/engine.md,
"Pushes are not retried".
"""

import re
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

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
_WAIT = wait_random_exponential(multiplier=1, max=20)


def is_transient(message: str) -> bool:
    """Whether an error message describes a fault that a retry may not meet again."""
    return _TRANSIENT.search(message) is not None


def print_progress(line: str) -> None:
    """Print a line where a function's progress is shown: its standard error."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - see above


async def retried(
    work: Callable[[], Awaitable[R]],
    *,
    what: str,
    transient: Callable[[BaseException], bool],
    seconds: float = float("inf"),
    wait_of: Callable[[BaseException], float] = lambda _: 0.0,
    reason_of: Callable[[BaseException], str] = str,
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    log: Callable[[str], None] = print_progress,
) -> R:
    """Run `work`, up to `ATTEMPTS` times while its error is `transient`, and as long as `seconds` allow another wait.

    The pause before a retry is random, and at most 1, 2, 4, 8 seconds, but never shorter than `wait_of` the error: what
    its sender asks for (`Retry-After`). Each retry is one line in the log: `what`, and `reason_of` the error.
    The last error is raised as it is.
    """

    async def once() -> R:  # tenacity awaits the result of an `async def` only
        return await work()

    def wait(state: RetryCallState) -> float:
        return max(_WAIT(state), wait_of(_error(state)))

    def stop(state: RetryCallState) -> bool:
        spent = max(state.seconds_since_start or 0.0, state.idle_for)
        return state.attempt_number >= ATTEMPTS or spent + state.upcoming_sleep > seconds

    def announce(state: RetryCallState) -> None:
        reason = " ".join(reason_of(_error(state)).split())
        log(f"{what}: attempt {state.attempt_number} failed, the next in {state.upcoming_sleep:.1f} s: {reason}")

    attempts = AsyncRetrying(
        stop=stop, wait=wait, retry=retry_if_exception(transient), sleep=sleep, before_sleep=announce, reraise=True
    )
    return await attempts(once)


def _error(state: RetryCallState) -> BaseException:
    error = state.outcome.exception() if state.outcome else None
    return error or RuntimeError("no error")
