"""What of the server can be known without PostgreSQL."""

import itertools
import os
import time

import pytest

pytest.importorskip("django", reason="the server's packages are not installed")
pytest.importorskip("psycopg", reason="the server's packages are not installed")

os.environ |= {"DJANGO_SETTINGS_MODULE": "experio.settings", "DJANGO_SECRET_KEY": "for tests"}

import django
from django.test import Client, override_settings

django.setup()

from core import capacity, health
from core.models import ServiceConfiguration

CRITICAL = {"postgres": True, "redis": True, "rabbitmq": True, "llm": True, "neo4j": False, "mcp": False}


def results(failed: set[str]) -> list[health.Result]:
    return [health.Result(name, critical, name not in failed, 0.1, "") for name, critical in CRITICAL.items()]


def test_the_checks_are_those_of_the_product() -> None:
    assert {check.name: check.critical for check in health.CHECKS} == CRITICAL


@pytest.mark.parametrize("up", itertools.product([True, False], repeat=len(CRITICAL)))
def test_every_combination(up: tuple[bool, ...]) -> None:
    failed = {name for name, ok in zip(CRITICAL, up, strict=True) if not ok}
    status, body = health.report(results(failed))
    if any(CRITICAL[name] for name in failed):
        assert (status, body["status"]) == (503, "unhealthy")
    else:
        assert (status, body["status"]) == (200, "degraded" if failed else "healthy")


def test_one_slow_check_does_not_delay_the_answer() -> None:
    slow = health.Check("slow", False, lambda: time.sleep(1) or "late")
    quick = health.Check("quick", True, lambda: "fine")
    start = time.monotonic()
    found = health.run_all([slow, quick], limit=0.1)
    assert time.monotonic() - start < 0.6
    assert [(result.ok, result.reason) for result in found] == [(False, "no answer in 0.1 s"), (True, "fine")]


def test_alive_asks_nothing() -> None:
    assert Client(headers={"host": "localhost"}).get("/health/simple/").status_code == 200


@override_settings(GRAPH_PROVIDER="oracle")
def test_an_unknown_graph_provider_is_named() -> None:
    result = health.run(health.Check("neo4j", False, health.graph))
    assert not result.ok
    assert "'oracle', not one of falkordb, neo4j" in result.reason


class Recorder:
    def __init__(self, now: int | None) -> None:
        self.now, self.changes = now, []

    def current(self, service: str) -> int | None:
        return self.now

    def change(self, service: str, by: int) -> None:
        self.changes.append((service, by))


@pytest.mark.parametrize(("now", "target", "by"), [(1, 1, 0), (0, 1, 1), (3, 1, -2), (1, 0, -1), (None, 1, 0)])
def test_settle_asks_for_the_difference_or_for_nothing(now: int | None, target: int, by: int) -> None:
    recorder = Recorder(now)
    assert capacity.settle(recorder, "neo4j", target) == by
    assert recorder.changes == ([("neo4j", by)] if by else [])


def test_kept_down_means_none_whatever_the_count_says() -> None:
    assert ServiceConfiguration(service="falkordb", mode="keep_down", replicas=2).target == 0
