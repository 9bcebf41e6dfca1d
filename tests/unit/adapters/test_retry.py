"""Retries: which faults are transient, how often work is tried, and what is raised at the end."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio
import pytest
from fakes import FakeClock

from ci.adapters.retry import ATTEMPTS, is_transient, print_progress, retried


@dataclass
class Flaky:
    """Work that fails with each of `failures`, then succeeds."""

    failures: list[Exception] = field(default_factory=list)
    calls: int = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "pushed"


def retry(work: Flaky, clock: FakeClock, **more: Any) -> str:  # Any: arguments of `retried`
    more = {"transient": lambda error: is_transient(str(error)), "log": lambda _: None, **more}
    return anyio.run(partial(retried, work, what="Pushing", sleep=clock.sleep, **more))


@pytest.mark.parametrize(
    "message",
    [
        "failed commit on ref: unexpected status from PUT request: 502 Bad Gateway",
        "unexpected status: 504 Gateway Timeout",
        "429 Too Many Requests",
        "408",
        "500 Internal Server Error",
        "503 Service Unavailable",
        "unknown blob",
        "MANIFEST: blob unknown to registry",
        "failed to copy: EOF",
        "unexpected EOF",
        "read tcp 10.0.0.1:443: read: connection reset by peer",
        "dial tcp 10.0.0.1:443: connect: connection refused",
        "write: broken pipe",
        "dial tcp: i/o timeout",
        "net/http: TLS handshake timeout",
        "the read timed out",
        "Remote end closed connection without response",
        "lookup host: Temporary failure in name resolution",
        "lookup host: server misbehaving",
    ],
)
def test_a_transient_fault_is_recognised_by_its_message(message: str) -> None:
    assert is_transient(message)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "401 Unauthorized",
        "403 Forbidden: permission_denied: write_package",
        "404 Not Found",
        "denied: requested access to the resource is denied",
        "manifest unknown",
        "process did not complete successfully: exit code: 1",
        "port 5000",
        "sha-5005025035040000000000000000000000000000 is no image",
        "no such host",
        "geoff",
    ],
)
def test_a_permanent_fault_is_not_transient(message: str) -> None:
    assert not is_transient(message)


@pytest.mark.parametrize("failures", range(ATTEMPTS))
def test_a_retry_that_succeeds_gives_the_result(failures: int) -> None:
    work, clock = Flaky([OSError("connection reset")] * failures), FakeClock()
    assert retry(work, clock) == "pushed"
    assert (work.calls, len(clock.waits)) == (failures + 1, failures)


def test_after_the_last_attempt_the_last_error_is_raised_as_it_is() -> None:
    errors: list[Exception] = [OSError(f"503 for the {number}. time") for number in range(1, ATTEMPTS + 5)]
    work, clock = Flaky([*errors]), FakeClock()
    with pytest.raises(OSError, match=f"503 for the {ATTEMPTS}. time") as caught:
        retry(work, clock)
    assert caught.value is errors[ATTEMPTS - 1]
    assert (work.calls, len(clock.waits)) == (ATTEMPTS, ATTEMPTS - 1)


def test_a_permanent_fault_is_tried_once() -> None:
    work, clock = Flaky([OSError("403 Forbidden")]), FakeClock()
    with pytest.raises(OSError, match="403"):
        retry(work, clock)
    assert (work.calls, clock.waits) == (1, [])


def test_a_permanent_fault_ends_the_retries() -> None:
    work, clock = Flaky([OSError("502"), OSError("403 Forbidden"), OSError("502")]), FakeClock()
    with pytest.raises(OSError, match="403"):
        retry(work, clock)
    assert work.calls == len(clock.waits) + 1 == 2


def test_the_waits_are_short_enough_for_a_release() -> None:
    for _ in range(20):
        clock = FakeClock()
        retry(Flaky([OSError("502")] * (ATTEMPTS - 1)), clock)
        assert all(0 <= wait <= 20 for wait in clock.waits)
        assert sum(clock.waits) <= 1 + 2 + 4 + 8


def test_each_retry_is_one_line_of_the_progress() -> None:
    log: list[str] = []
    retry(Flaky([OSError("502\nBad Gateway"), OSError("EOF")]), FakeClock(), log=log.append)
    assert [line.partition(", the next in ")[0] for line in log] == [
        "Pushing: attempt 1 failed",
        "Pushing: attempt 2 failed",
    ]
    assert log[0].endswith(" s: 502 Bad Gateway")


def test_the_progress_is_shown_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    print_progress("a line")
    assert capsys.readouterr() == ("", "a line\n")


def test_a_wait_that_is_asked_for_is_kept_within_the_deadline_and_else_the_error_is_raised() -> None:
    clock = FakeClock()
    assert retry(Flaky([OSError("503")]), clock, wait_of=lambda _: 30.0, seconds=60.0) == "pushed"
    assert clock.waits == [30.0]
    work = Flaky([OSError("503")] * 3)
    with pytest.raises(OSError, match="503"):
        retry(work, clock, wait_of=lambda _: 25.0, seconds=60.0)
    assert work.calls == 3
