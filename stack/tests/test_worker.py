"""A worker: when it acknowledges a message, how it stops, and what happens to a message that kills it."""

import json
import logging
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pika
import pytest
from pika.exceptions import AMQPConnectionError, NackError
from product import STACK, Program, environment
from services import Postgres, RabbitMQ, free_port, until
from tenacity import RetryError

from core.models import Document, Trace
from jobs.base import Message, Step, Store, alive, queues
from jobs.base import worker as worker_module
from jobs.base.ledger import Attempt, Ledger
from jobs.base.worker import Delivery, Job, Onward

# A worker for the tests, whose source is given as a string; it has its own queue.
SOURCE = """
import sys, time
from pathlib import Path
from jobs.base.command import run
from jobs.base import Step
folder = Path(sys.argv[1])
def work(message, store):
{body}
sys.exit(run(Step({name!r}, work, {then!r}, dict, {{}}, tracked={tracked}), []))
"""


class Trial(Program):
    def __init__(
        self, folder: Path, body: str, *, then: str | None = None, tracked: bool = False, **changes: str
    ) -> None:
        self.queue = f"trial-{uuid.uuid4()}"
        source = SOURCE.format(body=body, name=self.queue, then=then, tracked=tracked)
        super().__init__(folder, ["-c", source, str(folder)], **changes)

    def ready(self) -> bool:
        return self.said("connected, waiting for jobs")


def message() -> str:
    return json.dumps({"id": str(uuid.uuid4()), "data": {}})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "worker"


WAITS = """
    (folder / "begun").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
    return {"found": 1}
"""


def test_sigterm_finishes_the_current_job_and_takes_no_other(rabbitmq: RabbitMQ, folder: Path) -> None:
    worker = Trial(folder, WAITS, then=f"next-{uuid.uuid4()}")
    next_queue = worker._arguments[1].split("work, '")[1].split("'")[0]
    worker.start()
    queues.send(worker.queue, message())
    queues.send(worker.queue, message())
    until((folder / "begun").exists, "the job has begun")
    worker.tell(signal.SIGTERM)
    until(lambda: worker.said("stopping after the job under way"), "it heard")
    assert worker.lives
    (folder / "go").touch()
    assert worker.ended() == 0
    assert (rabbitmq.depth(next_queue), rabbitmq.depth(worker.queue)) == (1, 1)
    assert json.loads(rabbitmq.take(next_queue)[1])["data"] == {"found": 1}
    assert "Traceback" not in worker.output()


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_worker_stops_at_once(rabbitmq: RabbitMQ, folder: Path, signal_number: int) -> None:
    worker = Trial(folder, "    return {}")
    worker.start()
    assert worker.end(signal_number) == 0
    assert worker.said(": stopped")


def test_a_worker_without_a_broker_logs_it_is_not_alive_and_can_be_stopped(folder: Path) -> None:
    worker = Trial(folder, "    return {}", RABBITMQ_PORT=str(free_port()))
    worker.launch()
    until(lambda: worker.said("no RabbitMQ at 127.0.0.1"), "it says what is missing")
    assert check_alive(folder) == 1
    assert worker.end() == 0


def test_a_worker_that_waits_for_a_broker_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    class Told(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            self.set()
            return True

    tries = []

    def away(where: object) -> None:
        tries.append(where)
        assert len(tries) < 3, "it goes on"
        raise AMQPConnectionError

    monkeypatch.setattr(worker_module.pika, "BlockingConnection", away)
    with pytest.raises(RetryError):
        worker_module.connect(Told())


def test_a_worker_without_a_database_requeues_its_message_when_it_stops(rabbitmq: RabbitMQ, folder: Path) -> None:
    worker = Trial(folder, "    return {}", tracked=True, DB_PORT=str(free_port()))
    worker.start()
    queues.send(worker.queue, message())
    until(lambda: worker.said("PostgreSQL: connection failed"), "it says what is missing")
    assert check_alive(folder) == 0  # waiting for a database is no reason for a restart
    assert worker.end() == 0
    assert rabbitmq.depth(worker.queue) == 1
    assert rabbitmq.depth(queues.retry_queue(worker.queue)) == 0


def check_alive(folder: Path) -> int:
    command = [sys.executable, "-m", "jobs.base.alive"]
    return subprocess.run(command, cwd=STACK, env=environment({"TMPDIR": str(folder)})).returncode


def test_the_health_check_passes_while_a_worker_is_connected(
    rabbitmq: RabbitMQ, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Trial(folder, "    return {}")
    worker.start()
    until(lambda: check_alive(folder) == 0, "it is alive")
    worker.end()
    monkeypatch.setattr(alive, "BEAT", folder / "worker-alive")
    monkeypatch.setattr(alive.time, "time", lambda: alive.BEAT.stat().st_mtime + alive.LIMIT_SECONDS + 1)
    assert not alive.alive()


def test_a_message_that_kills_its_workers_becomes_a_dead_letter(rabbitmq: RabbitMQ, folder: Path) -> None:
    worker = Trial(folder, "    import os; os._exit(9)")
    with rabbitmq.channel() as channel:
        queues.declare(channel, worker.queue)
    queues.send(worker.queue, message())
    for _ in range(worker_module.TRIES):
        worker.launch()
        assert worker.ended() == 9
    (folder / "log").unlink()
    worker.start()
    properties, _ = until(lambda: rabbitmq.take(queues.DEAD_LETTERS), "the message among the dead letters")
    assert properties.headers["x-step"] == worker.queue
    assert "its workers did not live to the end of" in properties.headers["x-error"]
    assert worker.end() == 0


class FakeChannel:
    """A channel whose queue has one message; it records the calls."""

    def __init__(self, publish: Exception | None = None) -> None:
        self.calls: list[str] = []
        self._publish = publish

    def consume(self, queue: str, inactivity_timeout: float) -> Iterator[tuple[object, object, bytes]]:
        yield SimpleNamespace(delivery_tag=7), pika.BasicProperties(), message().encode()

    def basic_publish(self, exchange: str, queue: str, body: bytes, properties: object, *, mandatory: bool) -> None:
        self.calls.append(f"publish {queue}")
        if self._publish:
            raise self._publish
        self.calls.append("confirmed")

    def basic_ack(self, tag: int) -> None:
        self.calls.append(f"ack {tag}")

    def queue_declare(self, queue: str, durable: bool, arguments: dict[str, object]) -> None:
        assert durable
        assert arguments["x-queue-type"] == "quorum"

    def basic_qos(self, prefetch_count: int) -> None:
        self.calls.append(f"prefetch {prefetch_count}")

    def confirm_delivery(self) -> None:
        self.calls.append("confirm mode")

    def cancel(self) -> None: ...


class FakeConnection:
    def __init__(self, channel: FakeChannel) -> None:
        self._channel = channel

    def channel(self) -> FakeChannel:
        return self._channel

    def process_data_events(self, time_limit: float) -> None: ...

    def add_callback_threadsafe(self, call: object) -> None: ...


def untracked(then: str | None, work: object = lambda message, store: {}) -> Step:
    return Step("trial", work, then, lambda store: {}, {}, tracked=False)


def serve(channel: FakeChannel, step: Step, tmp_path: Path) -> None:
    job = Job(step, Store(tmp_path), Ledger(threading.Event()), retry_seconds=1)
    with ThreadPoolExecutor(1) as pool:
        worker_module.serve(job, FakeConnection(channel), pool, threading.Event(), limit=10)


def test_a_message_is_acknowledged_once_the_next_queue_has_confirmed_it(tmp_path: Path) -> None:
    channel = FakeChannel()
    serve(channel, untracked("next"), tmp_path)
    assert channel.calls == ["confirm mode", "prefetch 1", "publish next", "confirmed", "ack 7"]


@pytest.mark.parametrize("then", ["next", None])
def test_a_message_that_the_next_queue_did_not_confirm_is_not_acknowledged(tmp_path: Path, then: str | None) -> None:
    channel = FakeChannel(publish=NackError([]))
    fails = untracked(then, work=lambda message, store: {} if then else 1 / 0)
    with pytest.raises(NackError):
        serve(channel, fails, tmp_path)
    assert channel.calls[-1] == ("publish next" if then else "publish trial.retry")


def test_heartbeats_are_answered_during_a_job(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(alive, "BEAT", tmp_path / "beat")
    future: Future[Onward] = Future()
    asked = []

    class Connection(FakeConnection):
        def process_data_events(self, time_limit: float) -> None:
            asked.append(time_limit)
            if len(asked) == 3:
                future.set_result(Onward(None))

    worker_module.look_after(Connection(FakeChannel()), future, limit=10)
    assert len(asked) == 3
    assert alive.alive()


def test_a_job_over_its_limit_is_not_alive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(alive, "BEAT", tmp_path / "beat")
    future: Future[Onward] = Future()
    future_done = iter([False, False, True])
    monkeypatch.setattr(future, "done", lambda: next(future_done))
    worker_module.look_after(FakeConnection(FakeChannel()), future, limit=0)
    assert not alive.alive()


def test_a_connection_lost_in_the_middle_of_a_job_waits_for_its_end() -> None:
    """Else one worker would process the same message twice at the same time."""
    future: Future[Onward] = Future()

    class Connection(FakeConnection):
        def process_data_events(self, time_limit: float) -> None:
            threading.Timer(0.05, future.set_result, [Onward(None)]).start()
            raise AMQPConnectionError

    with pytest.raises(AMQPConnectionError):
        worker_module.look_after(Connection(FakeChannel()), future, limit=10)
    assert future.done()


@pytest.mark.parametrize(
    ("headers", "attempt"),
    [(None, 1), ({"x-delivery-count": 2}, 3), ({"x-tries": 1}, 2), ({"x-tries": 2, "x-delivery-count": 1}, 4)],
)
def test_failed_and_interrupted_attempts_are_both_counted(headers: dict[str, int], attempt: int) -> None:
    assert Delivery.of(pika.BasicProperties(headers=headers), b"").attempt == attempt


@pytest.mark.parametrize(
    ("attempt", "queue"), [(1, "trial.retry"), (3, "trial.retry"), (4, "dead-letters"), (5, "dead-letters")]
)
def test_the_last_attempt_goes_to_the_dead_letters(
    tmp_path: Path, attempt: int, queue: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    job = Job(untracked(None, lambda *_: 1 / 0), Store(tmp_path), Ledger(threading.Event()), retry_seconds=2)
    onward = job.do(Delivery(message().encode(), attempt))
    assert onward.queue == queue
    assert onward.properties.expiration == ("2000" if queue == "trial.retry" else None)
    assert onward.headers["x-tries"] == attempt


@pytest.fixture
def ledger(database: Postgres) -> Iterator[Ledger]:
    ledger = Ledger(threading.Event())
    yield ledger
    ledger.close()


def attempt(number: int) -> Attempt:
    return Attempt(number, datetime.now(UTC), 1.5)


def test_a_recorded_result_is_never_overwritten(ledger: Ledger) -> None:
    document = Message(uuid.uuid4(), {"name": "x.md", "a": 1})
    assert ledger.begin(document, "parser") is None
    ledger.failed(document, "parser", "first try", attempt(1), last=False)
    assert Trace.objects.get(document=document.id).status == "retrying"
    ledger.done(document, "parser", {"a": 1}, attempt(2), last=True)
    ledger.failed(document, "parser", "a late duplicate", attempt(3), last=True)
    ledger.done(document.with_data({"a": 2}), "parser", {"a": 2}, attempt(4), last=False)
    assert ledger.begin(document, "parser") == {"a": 1}
    assert ledger.begin(document, "reader") is None
    trace = Trace.objects.get(document=document.id)
    assert (trace.status, trace.attempts, trace.error, trace.found) == ("done", 2, "", {"a": 1})
    kept = Document.objects.get(pk=document.id)
    assert (kept.name, kept.status, kept.error, kept.data) == ("x.md", "done", "", {"name": "x.md", "a": 1})


def test_a_step_done_before_is_passed_on_and_not_done_again(ledger: Ledger, tmp_path: Path) -> None:
    body = message().encode()
    work = iter([{"found": 1}])
    step = Step("once", lambda message, store: next(work), "next", lambda store: {}, {})
    job = Job(step, Store(tmp_path), ledger, retry_seconds=1)
    first = job.do(Delivery(body, 1))
    assert (first.queue, json.loads(first.body)["data"]) == ("next", {"found": 1})
    assert job.do(Delivery(body, 2)) == first


def test_a_failure_that_cannot_be_recorded_stops_nothing(
    ledger: Ledger, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """PostgreSQL cannot store this name, so neither the document nor its failure gets a row."""
    body = json.dumps({"id": str(uuid.uuid4()), "data": {"name": "nul\x00"}}).encode()
    step = Step("trial", lambda message, store: {}, None, lambda store: {}, {})
    onward = Job(step, Store(tmp_path), ledger, retry_seconds=1).do(Delivery(body, 4))
    assert onward.queue == queues.DEAD_LETTERS
    assert "is not written down" in caplog.text
