"""A step at its queue: take a message, do the work, publish the result, and only then acknowledge the message.

This order loses nothing: first the ledger has the result, then the next queue has confirmed the message, then this
queue's delivery is acknowledged. If the worker or the broker stops in between, the message is delivered again; the
ledger knows that the step is done, and the message is only passed on. Work runs in its own thread, so that the
connection's heartbeats are answered however long the work takes.
"""

import logging
import signal
import socket
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType

import pika
import psycopg
from pika.exceptions import AMQPError, ConnectionWrongStateError
from tenacity import (
    RetryCallState,
    RetryError,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_when_event_set,
    wait_exponential,
)

from jobs.base import queues
from jobs.base.alive import beat, forget
from jobs.base.environment import number
from jobs.base.ledger import Attempt, Ledger, StoppedWaitingError
from jobs.base.message import Message
from jobs.base.step import Step
from jobs.base.store import Store

log = logging.getLogger("worker")

TRIES = 4  # attempts before a message becomes a dead letter
TICK_SECONDS = 1.0


@dataclass(frozen=True)
class Delivery:
    """A delivered message: its bytes, and the number of this attempt, from 1."""

    body: bytes
    attempt: int

    @classmethod
    def of(cls, properties: pika.BasicProperties, body: bytes) -> "Delivery":
        """Failed attempts are counted in a header; the broker counts those that ended with the worker or the broker."""
        headers = properties.headers or {}
        failed, cut_short = int(headers.get(queues.TRIES_HEADER, 0)), int(headers.get("x-delivery-count", 0))
        return cls(body, failed + cut_short + 1)


@dataclass(frozen=True)
class Onward:
    """What is published before the delivery is acknowledged; nothing if there is no queue."""

    queue: str | None
    body: bytes = b""
    headers: dict[str, str | int] | None = None
    after_seconds: float = 0.0

    @property
    def properties(self) -> pika.BasicProperties:
        expiration = str(int(self.after_seconds * 1000)) if self.after_seconds else None
        return pika.BasicProperties(headers=self.headers, expiration=expiration)


class Job:
    """The processing of one delivery, except the communication with the broker."""

    def __init__(self, step: Step, store: Store, ledger: Ledger, retry_seconds: float) -> None:
        self.step, self.store, self.ledger, self.retry_seconds = step, store, ledger, retry_seconds

    def do(self, delivery: Delivery) -> Onward:
        """Raises only StoppedWaitingError; the message is then to be requeued."""
        started, clock = datetime.now(UTC), time.monotonic()
        message = None

        def attempt() -> Attempt:
            return Attempt(delivery.attempt, started, round((time.monotonic() - clock) * 1000, 1))

        try:
            message = Message.from_json(delivery.body)
            if delivery.attempt > TRIES:  # redelivered so often without an error: its workers died
                raise RuntimeError(f"given up after {TRIES} tries, which its workers did not live to the end of")
            found = self.ledger.begin(message, self.step.name) if self.step.tracked else None
            result = self.step.do(message, self.store) if found is None else message.with_data(found)
            queue = self.step.next_queue(result)
            if self.step.tracked and found is None:
                new = {key: value for key, value in result.data.items() if message.data.get(key) != value}
                self.ledger.done(result, self.step.name, new, attempt(), last=queue is None)
            body = result.to_json().encode()
        except StoppedWaitingError:
            raise
        except Exception as error:  # any error of one message must not stop the others
            return self._again_or_never(delivery, message, error, attempt())
        log.info("%s: %s done%s", self.step.name, message.id, f", on to {queue}" if queue else "")
        return Onward(queue, body)

    def _again_or_never(
        self, delivery: Delivery, message: Message | None, error: Exception, attempt: Attempt
    ) -> Onward:
        last = attempt.number >= TRIES
        reason = " ".join(f"{type(error).__name__}: {error}".replace("\x00", "").split())[:1000]
        log.warning(
            "%s: %s failed, try %d of %d: %s",
            self.step.name, message.id if message else "a message", attempt.number, TRIES, reason, exc_info=error,
        )  # fmt: skip
        if message and self.step.tracked:
            try:
                self.ledger.failed(message, self.step.name, reason, attempt, last=last)
            except psycopg.Error as unwritten:  # the row is only information; the message goes on without it
                log.error("%s: the failure of %s is not written down: %s", self.step.name, message.id, unwritten)
        if last:
            headers = {"x-step": self.step.name, "x-error": reason, queues.TRIES_HEADER: attempt.number}
            return Onward(queues.DEAD_LETTERS, delivery.body, headers)
        headers = {queues.TRIES_HEADER: attempt.number}
        return Onward(queues.retry_queue(self.step.name), delivery.body, headers, self.retry_seconds)


def consume(step: Step, store: Store) -> None:
    """Do the step's jobs until SIGTERM or SIGINT, through any number of restarts of the broker and of PostgreSQL."""
    stopping = threading.Event()

    def stop(signal_number: int, frame: FrameType | None) -> None:
        log.info("%s: stopping after the job under way", step.name)
        stopping.set()

    for which in (signal.SIGTERM, signal.SIGINT):
        signal.signal(which, stop)
    forget()
    ledger = Ledger(stopping)
    job = Job(step, store, ledger, number("RETRY_SECONDS", 5))
    limit = number("JOB_LIMIT_SECONDS", 600)
    if step.alongside:
        threading.Thread(target=step.alongside, args=(stopping,), name=f"{step.name}-alongside", daemon=True).start()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix=step.name) as pool:
        while not stopping.is_set():
            try:
                connection = connect(stopping)
            except RetryError:  # stopped while it waited
                break
            log.info("%s: connected, waiting for jobs", step.name)
            try:
                serve(job, connection, pool, stopping, limit)
                connection.close()
            except (AMQPError, OSError) as error:
                log.warning("%s: lost the broker: %r", step.name, error)
                abandon(connection)
                stopping.wait(TICK_SECONDS)
    ledger.close()
    log.info("%s: stopped", step.name)


def connect(stopping: threading.Event) -> pika.BlockingConnection:
    """Raises RetryError when `stopping` is set before there is a broker."""
    where = queues.parameters()

    def say(state: RetryCallState) -> None:
        error = state.outcome and state.outcome.exception()
        seconds = state.next_action.sleep if state.next_action else 0
        log.warning("no RabbitMQ at %s:%s yet (%r); next try in %g s", where.host, where.port, error, seconds)

    retrying = Retrying(
        retry=retry_if_exception_type((AMQPError, socket.gaierror)),
        wait=wait_exponential(max=15),
        stop=stop_when_event_set(stopping),
        sleep=sleep_using_event(stopping),
        before_sleep=say,
    )
    return retrying(pika.BlockingConnection, where)


def abandon(connection: pika.BlockingConnection) -> None:
    """Close a broken connection; the broker requeues what was not acknowledged."""
    try:
        if connection.is_open:
            connection.close()
    except (AMQPError, OSError):
        log.debug("the connection is gone already", exc_info=True)


def serve(
    job: Job,
    connection: pika.BlockingConnection,
    pool: ThreadPoolExecutor,
    stopping: threading.Event,
    limit: float,
) -> None:
    channel = connection.channel()
    queues.declare(channel, job.step.name)
    channel.confirm_delivery()
    channel.basic_qos(prefetch_count=1)
    known = {None, job.step.name, queues.retry_queue(job.step.name), queues.DEAD_LETTERS}
    for method, properties, body in channel.consume(job.step.name, inactivity_timeout=TICK_SECONDS):
        beat()
        if method is not None:
            future = pool.submit(job.do, Delivery.of(properties, body))
            try:
                look_after(connection, future, limit)
                onward = future.result()
            except StoppedWaitingError:
                channel.basic_nack(method.delivery_tag, requeue=True)
                break
            if onward.queue not in known:
                queues.declare(channel, onward.queue)
                known.add(onward.queue)
            if onward.queue is not None:
                queues.put(channel, onward.queue, onward.body, onward.properties)
            channel.basic_ack(method.delivery_tag)
        if stopping.is_set():
            break
    channel.cancel()


def look_after(connection: pika.BlockingConnection, future: Future[Onward], limit: float) -> None:
    """Answer the broker's heartbeats until the job ends. A job over its limit makes the worker unhealthy."""

    def wake(_: Future[Onward]) -> None:
        try:
            connection.add_callback_threadsafe(lambda: None)
        except ConnectionWrongStateError:
            log.debug("nobody to wake: the connection is closed")

    future.add_done_callback(wake)
    start = time.monotonic()
    try:
        while not future.done():
            connection.process_data_events(time_limit=TICK_SECONDS)
            if time.monotonic() - start < limit:
                beat()
    except (AMQPError, OSError):
        # The broker will deliver this message again: first wait until the work on it has ended and is recorded.
        future.exception()
        raise
