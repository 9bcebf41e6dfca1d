"""How far a service is, and who may start."""

import pytest

from ci.core.compose.depends_on import Condition, Dependency
from ci.core.settings.smoke import SmokeSettings
from ci.core.smoke.boot import Booted, BootPlan
from ci.core.smoke.states import (
    COMING,
    READY,
    Event,
    Kept,
    Verdict,
    is_job,
    late,
    may_start,
    order_problems,
    ready_at,
    verdict,
)

SETTINGS = SmokeSettings()
FAILED = Verdict("failed", "ended with exit code 1")


def at(*events: tuple[float, str]) -> tuple[Event, ...]:
    return tuple(Event(time, *what.split()) for time, what in events)


@pytest.mark.parametrize(
    ("kept", "job", "restart", "outcome", "why"),
    [
        (Kept(phase="waiting"), False, "always", "coming", ""),
        (Kept(phase="running"), False, "always", "ready", ""),
        (Kept(phase="running", health="starting"), False, "always", "coming", ""),
        (Kept(phase="running", health="healthy"), False, "always", "ready", ""),
        (Kept(phase="running", health="unhealthy", failing=3, checked="no"), False, "no", "failed", "said: no"),
        (Kept(phase="running"), True, "no", "coming", ""),
        (Kept(phase="exited"), True, "no", "ready", ""),
        (Kept(phase="exited"), False, "no", "ready", ""),
        (Kept(phase="exited"), False, "always", "failed", "ended with exit code 0"),
        (Kept(phase="exited", code=2), True, "no", "failed", "ended with exit code 2"),
        (Kept(phase="exited", code=2, restarts=3), True, "on-failure", "failed", "after 3 restart"),
        (Kept(phase="restarting", restarts=2), False, "always", "coming", ""),
        (Kept(phase="restarting", code=7, restarts=3), False, "always", "failed", "last with exit code 7"),
        (Kept(phase="restarting", code=7, restarts=3), True, "always", "failed", "last with exit code 7"),
        (Kept(phase="stopped"), False, "always", "failed", "is stopped"),
    ],
)
def test_how_far_a_service_is(*, kept: Kept, job: bool, restart: str, outcome: str, why: str) -> None:
    found = verdict(Booted(name="a", image="i", restart=restart), kept, job=job, settings=SETTINGS)
    assert found.outcome == outcome
    assert why in found.why


def test_a_bounded_policy_is_left_to_its_end() -> None:
    job = Booted(name="a", image="i", restart="on-failure", restarts=5)
    assert verdict(job, Kept(phase="restarting", code=1, restarts=4), job=True, settings=SETTINGS) == COMING


STARTED_ONLY = Kept(phase="running", health="starting", events=at((1, "started")))
WAS_HEALTHY = Kept(phase="running", health="healthy", events=at((1, "started"), (2, "healthy")))
ENDED_WELL = Kept(phase="exited", events=at((1, "started"), (3, "exited 0")))
ENDED_BADLY = Kept(phase="exited", code=1, events=at((1, "started"), (3, "exited 1")))


@pytest.mark.parametrize(
    ("need", "kept", "of", "found"),
    [
        (Dependency("b", Condition.STARTED), Kept(), COMING, "coming"),
        (Dependency("b", Condition.STARTED), STARTED_ONLY, COMING, "ready"),
        (Dependency("b", Condition.HEALTHY), STARTED_ONLY, COMING, "coming"),
        (Dependency("b", Condition.HEALTHY), WAS_HEALTHY, READY, "ready"),
        (Dependency("b", Condition.COMPLETED), WAS_HEALTHY, COMING, "coming"),
        (Dependency("b", Condition.COMPLETED), ENDED_WELL, READY, "ready"),
        (Dependency("b", Condition.COMPLETED), ENDED_BADLY, FAILED, "blocked"),
        (Dependency("b", Condition.COMPLETED, required=False), ENDED_BADLY, FAILED, "ready"),
        (Dependency("b", Condition.STARTED), ENDED_BADLY, FAILED, "ready"),
        (Dependency("b", Condition.HEALTHY), Kept(), Verdict("blocked", "waits for `c`"), "blocked"),
    ],
)
def test_who_may_start(need: Dependency, kept: Kept, of: Verdict, found: str) -> None:
    assert may_start(Booted(name="a", image="i", needs=(need,)), {"b": (kept, of)}).outcome == found


def test_who_is_blocked_is_told_by_whom_and_why_in_a_line() -> None:
    one = Booted(name="a", image="i", needs=(Dependency("b", Condition.HEALTHY),))
    unhealthy = Verdict("failed", "is unhealthy: 3 health checks failed; its health check said: no")
    assert may_start(one, {"b": (Kept(), unhealthy)}).why == "waits for `b`, which is unhealthy"
    blocked = Verdict("blocked", "waits for `c`, which ended with exit code 1")
    assert "which was not started: it waits for `c`" in may_start(one, {"b": (Kept(), blocked)}).why


def test_who_is_late_says_what_it_was_at() -> None:
    kept = Kept(phase="running", health="starting", checked="refused")
    assert late(kept, 60).why == "was not ready after 60 s: running, starting; its health check said: refused"
    assert late(Kept(phase="running"), 5).why == "was not ready after 5 s: running"


PLAN = BootPlan(
    (
        Booted(name="b", image="i"),
        Booted(
            name="a",
            image="i",
            needs=(Dependency("b", Condition.HEALTHY), Dependency("c", Condition.STARTED, required=False)),
        ),
    )
)


@pytest.mark.parametrize(
    ("begun", "kept", "found"),
    [
        (2.5, WAS_HEALTHY, []),
        (1.5, WAS_HEALTHY, ["`a` was started before `b` had met service_healthy"]),
        (2.5, STARTED_ONLY, ["`a` was started before `b` had met service_healthy"]),
        (None, STARTED_ONLY, []),
    ],
)
def test_the_order_is_judged_by_the_times_that_were_noted(begun: float | None, kept: Kept, found: list[str]) -> None:
    mine = Kept(events=at((begun, "started"))) if begun else Kept()
    assert order_problems(PLAN, {"a": mine, "b": kept, "c": Kept()}) == found


@pytest.mark.parametrize(
    ("kept", "found"), [(Kept(), None), (STARTED_ONLY, None), (WAS_HEALTHY, 2), (ENDED_WELL, 3), (ENDED_BADLY, 1)]
)
def test_when_a_service_was_ready(kept: Kept, found: float | None) -> None:
    assert ready_at(kept) == found


def test_a_job_is_what_another_waits_for_the_end_of() -> None:
    plan = BootPlan(
        (Booted(name="j", image="i"), Booted(name="a", image="i", needs=(Dependency("j", Condition.COMPLETED),)))
    )
    assert is_job(plan, "j")
    assert not is_job(plan, "a")


def test_a_state_is_read_from_a_keeper_s_answer() -> None:
    told = {"version": 2, "phase": "running", "events": [{"at": 1.0, "what": "started", "detail": ""}]}
    assert Kept.read(told) == Kept(2, "running", events=(Event(1.0, "started"),))
