"""The sidecars: scale-to-zero against a stand-in of the capacity API, flow-runner against a real broker."""

import http.server
import itertools
import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from product import STACK, Program, manage
from services import HOST, Postgres, RabbitMQ, free_port, until

from core import seeds
from core.capacity import OmnistrateCapacity, Seen, change_needed
from core.management.commands.scale_to_zero import settle_all
from core.models import ServiceConfiguration
from jobs.base import queues


class Platform(http.server.ThreadingHTTPServer):
    """Stores replica counts as the platform does, and refuses unknown services."""

    daemon_threads = True

    def __init__(self, **services: Seen) -> None:
        self.services, self.asked = services, []
        super().__init__((HOST, 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Platform

    def do_GET(self) -> None:
        self._answer(lambda seen: {"status": seen.status, "currentCapacity": seen.replicas})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = self.path.split("/")[2]
        by = body["capacityToBeAdded"] if self.path.endswith("/capacity/add") else -body["capacityToBeRemoved"]

        def change(seen: Seen) -> dict[str, object]:
            self.server.asked.append((name, by))
            self.server.services[name] = Seen("ACTIVE", seen.replicas + by)
            return {"resourceAlias": name}

        self._answer(change)

    def _answer(self, say: object) -> None:
        _, kind, name, *_ = self.path.split("/")
        seen = self.server.services.get(name)
        self.send_response(200 if kind == "resource" and seen else 404)
        self.end_headers()
        self.wfile.write(json.dumps(say(seen) if seen else {"error": "unknown"}).encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def scaling(database: Postgres) -> Iterator[type[ServiceConfiguration]]:
    """The rows that initdb creates; they are restored afterwards."""
    seeds.scaling()
    yield ServiceConfiguration
    ServiceConfiguration.objects.all().delete()
    seeds.scaling()


@pytest.mark.parametrize(
    ("provider", "before", "after"),
    [
        ("neo4j", (0, 0), (1, 0)),
        ("neo4j", (1, 0), (1, 0)),
        ("neo4j", (3, 2), (1, 0)),
        ("falkordb", (1, 0), (1, 1)),
    ],
)
def test_it_sets_the_replicas_of_the_graph_databases(
    scaling: type[ServiceConfiguration], provider: str, before: tuple[int, int], after: tuple[int, int]
) -> None:
    names = ("neo4j", "falkordb")
    with Platform(**{name: Seen("ACTIVE", count) for name, count in zip(names, before, strict=True)}) as platform:
        with override_settings(GRAPH_PROVIDER=provider):
            for _ in range(2):  # the second round finds nothing left to do
                assert settle_all(OmnistrateCapacity(platform.url)) == []
        assert tuple(platform.services[name].replicas for name in names) == after
        changed = [name for name, was, now in zip(names, before, after, strict=True) if was != now]
        assert sorted(name for name, _ in platform.asked) == sorted(changed)
        platform.shutdown()


def test_one_failing_service_does_not_block_the_others(scaling: type[ServiceConfiguration]) -> None:
    with Platform(neo4j=Seen("ACTIVE", 0)) as platform:
        done = manage("scale_to_zero", "--once", GRAPH_PROVIDER="neo4j", CAPACITY_URL=platform.url)
        assert (done.returncode, "falkordb: HTTP Error 404" in done.stderr) == (1, True)
        assert platform.services["neo4j"].replicas == 1
        platform.services |= {"falkordb": Seen("FAILED", 1)}
        problems = settle_all(OmnistrateCapacity(platform.url))
        assert problems == ["falkordb: the platform says FAILED; left alone"]
        platform.shutdown()


@pytest.mark.parametrize(
    ("status", "replicas", "target", "by"),
    [
        ("ACTIVE", 1, 1, 0),
        ("ACTIVE", 0, 1, 1),
        ("ACTIVE", 3, 1, -2),
        ("PAUSED", 1, 0, -1),
        ("PAUSED", 0, 1, 1),
        ("STARTING", 0, 1, 0),
        ("FAILED", 0, 1, 0),
        ("UNKNOWN", 0, 1, 0),
    ],
)
def test_the_difference_is_requested_when_no_change_is_in_progress(
    status: str, replicas: int, target: int, by: int
) -> None:
    assert change_needed(Seen(status, replicas), target) == by


@pytest.mark.parametrize(
    ("mode", "replicas", "provider"),
    list(itertools.product(["keep_alive", "keep_down"], [0, 2], ["neo4j", "falkordb"])),
)
def test_the_target_follows_mode_count_and_the_graph_in_use(mode: str, replicas: int, provider: str) -> None:
    row = ServiceConfiguration(service="neo4j", mode=mode, replicas=replicas)
    with override_settings(GRAPH_PROVIDER=provider):
        if provider == "neo4j":
            assert row.target == max(1, replicas)
        else:
            assert row.target == (replicas if mode == "keep_alive" else 0)


@pytest.mark.parametrize("answer", [b"{}", b"[]", b"no json"])
def test_an_invalid_response_is_an_error(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        Handler, "do_GET", lambda self: (self.send_response(200), self.end_headers(), self.wfile.write(answer))
    )
    with Platform() as platform:
        with pytest.raises(ValueError):  # noqa: PT011 - json's, or ours
            OmnistrateCapacity(platform.url).observe("neo4j")
        platform.shutdown()


def sidecar(folder: Path, command: str, **changes: str) -> Program:
    class Sidecar(Program):
        def ready(self) -> bool:
            return True

    return Sidecar(folder, ["manage.py", command], STACK / "server", **changes)


def test_scale_to_zero_survives_an_unreachable_platform_and_stops_on_sigterm(
    scaling: type[ServiceConfiguration], tmp_path: Path
) -> None:
    program = sidecar(
        tmp_path / "s", "scale_to_zero", CAPACITY_URL=f"http://{HOST}:{free_port()}", SCALE_INTERVAL_SECONDS="0.2"
    )
    program.start()
    until(lambda: program.output().count("neo4j: <urlopen error") > 1, "it tries again and again")
    assert program.end(signal.SIGTERM) == 0
    assert program.said("stopped")


def test_flow_runner_publishes_a_job_at_once_and_again_on_schedule(rabbitmq: RabbitMQ, tmp_path: Path) -> None:
    """Without a worker, a job that is not consumed before the next one is dropped."""
    received = []
    program = sidecar(tmp_path / "f", "flow_runner", FLOW_INTERVAL_SECONDS="1")
    program.start()

    def two() -> bool:
        if taken := rabbitmq.take(queues.CLEANUP):
            received.append(taken)
        return len(received) == 2

    with rabbitmq.channel() as channel:
        queues.declare(channel, queues.CLEANUP)
    until(two, "two jobs")
    assert program.end(signal.SIGTERM) == 0
    assert [json.loads(body)["data"] for _, body in received] == [{"older_than_days": 30}] * 2
    assert len({json.loads(body)["id"] for _, body in received}) == 2
    assert {properties.expiration for properties, _ in received} == {"1000"}


def test_flow_runner_survives_an_unreachable_broker(tmp_path: Path) -> None:
    program = sidecar(tmp_path / "f", "flow_runner", FLOW_INTERVAL_SECONDS="0.2", RABBITMQ_PORT=str(free_port()))
    program.start()
    until(lambda: program.output().count("next try in 0.2 s") > 1, "it tries again and again")
    assert program.end(signal.SIGTERM) == 0


def test_once_reports_a_failure(tmp_path: Path) -> None:
    assert manage("flow_runner", "--once", RABBITMQ_PORT=str(free_port())).returncode == 1
