"""The checks of `/health/`: one for each dependency, all at the same time, each with a time limit.

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
    """A dependency; `probe` returns a short description of the connection, or raises."""

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
    # The configured graph database: the name is older than the setting.
    Check("neo4j", False, probes.graph),
    Check("mcp", False, probes.mcp),
)


class Board:
    """Probes all dependencies at the same time. One that hangs blocks one thread, however many requests there are."""

    def __init__(self, checks: Iterable[Check] = CHECKS) -> None:
        self.checks = tuple(checks)
        self._pool = ThreadPoolExecutor(max_workers=len(self.checks), thread_name_prefix="health")
        self._lock = threading.Lock()
        self._under_way: dict[str, tuple[float, Future[Result]]] = {}

    def results(self, limit: float) -> list[Result]:
        """Takes at most `limit` seconds; a dependency that has not responded by then has failed."""
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
    except Exception as error:  # any error of a client library: the check has failed
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
    """Probe all. The threads are created at the first call, which is after gunicorn has forked."""
    global _board
    with _board_lock:
        board = _board = _board or Board()
    return report(board.results(settings.HEALTH_LIMIT_SECONDS))
