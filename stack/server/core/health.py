"""What `/health/` knows: one row a dependency, all asked at once, none waited for past the limit.

The product is `unhealthy` when a critical dependency fails, `degraded` when only others do.
"""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings

from core import probes


@dataclass(frozen=True)
class Check:
    """A dependency; `probe` says in a few words how it was reached, or raises."""

    name: str
    critical: bool
    probe: Callable[[], str]


@dataclass(frozen=True)
class Result:
    name: str
    critical: bool
    ok: bool
    time_ms: float
    reason: str


CHECKS = (
    Check("postgres", True, probes.postgres),
    Check("redis", True, probes.redis_server),
    Check("rabbitmq", True, probes.rabbitmq),
    Check("llm", True, probes.llm),
    # Whichever graph database is active: the name is older than the choice.
    Check("neo4j", False, probes.graph),
    Check("mcp", False, probes.mcp),
)


class Board:
    """Asks every dependency at once. One that hangs holds one thread, however often it is asked for."""

    def __init__(self, checks: Iterable[Check] = CHECKS) -> None:
        self.checks = tuple(checks)
        self._pool = ThreadPoolExecutor(max_workers=len(self.checks), thread_name_prefix="health")
        self._lock = threading.Lock()
        self._under_way: dict[str, tuple[float, Future[Result]]] = {}

    def results(self, limit: float) -> list[Result]:
        """Takes `limit` seconds at most; what has not answered since it was asked has failed."""
        deadline = time.monotonic() + limit
        asked = [(check, *self._ask(check)) for check in self.checks]
        return [self._answer(check, since, future, deadline) for check, since, future in asked]

    def _ask(self, check: Check) -> tuple[float, Future[Result]]:
        with self._lock:
            since, future = self._under_way.get(check.name, (0.0, None))
            if future is None or future.done():
                since, future = time.monotonic(), self._pool.submit(run, check)
                self._under_way[check.name] = since, future
            return since, future

    @staticmethod
    def _answer(check: Check, since: float, future: Future[Result], deadline: float) -> Result:
        try:
            return future.result(timeout=max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            waited = time.monotonic() - since
            return Result(check.name, check.critical, False, round(waited * 1000, 1), f"no answer in {waited:.1f} s")


def run(check: Check) -> Result:
    start = time.monotonic()
    try:
        reason, ok = check.probe(), True
    except Exception as error:  # whatever a client library raises: the answer is that it failed
        reason, ok = " ".join(str(error).split()) or type(error).__name__, False
    return Result(check.name, check.critical, ok, round((time.monotonic() - start) * 1000, 1), reason)


def verdict(results: Iterable[Result]) -> str:
    failed = [result for result in results if not result.ok]
    if any(result.critical for result in failed):
        return "unhealthy"
    return "degraded" if failed else "healthy"


def report(results: list[Result]) -> tuple[int, dict[str, object]]:
    """The HTTP status and the body of `/health/`."""
    status = verdict(results)
    checks = {
        result.name: {
            "status": "healthy" if result.ok else "unhealthy",
            "critical": result.critical,
            "time_ms": result.time_ms,
            "reason": result.reason,
        }
        for result in results
    }
    return (503 if status == "unhealthy" else 200), {"status": status, "checks": checks}


_board: Board | None = None
_board_lock = threading.Lock()


def now() -> tuple[int, dict[str, object]]:
    """Ask all of them. The threads are made at the first call: after gunicorn has forked."""
    global _board
    with _board_lock:
        board = _board = _board or Board()
    return report(board.results(settings.HEALTH_LIMIT_SECONDS))
