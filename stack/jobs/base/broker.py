"""A step and its queue: take a message, do the work, pass the result on, and only then say it is done."""

import logging
import os
import signal
import socket
import threading
from types import FrameType

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError
from tenacity import (
    RetryCallState,
    RetryError,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_when_event_set,
    wait_exponential,
)

from jobs.base.alive import beat
from jobs.base.message import Message
from jobs.base.step import Step
from jobs.base.store import Store

log = logging.getLogger("worker")

DEAD_LETTERS = "dead-letters"
# The broker counts: a message that came back this often goes to the dead letters.
QUEUE_ARGUMENTS = {
    "x-queue-type": "quorum",
    "x-delivery-limit": 3,
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": DEAD_LETTERS,
}
TICK_SECONDS = 5.0


def parameters() -> pika.ConnectionParameters:
    return pika.ConnectionParameters(
        host=os.environ.get("RABBITMQ_HOST") or "rabbitmq",
        port=int(os.environ.get("RABBITMQ_PORT") or 5672),
        credentials=pika.PlainCredentials(
            os.environ.get("RABBITMQ_USER") or "experio", os.environ.get("RABBITMQ_PASSWORD") or ""
        ),
        heartbeat=300,  # a job runs in the thread that would answer heartbeats
        socket_timeout=5,
    )


def consume(step: Step, store: Store) -> None:
    """Do the step's jobs until SIGTERM or SIGINT, through any number of broker restarts."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        log.info("%s: stopping after the job under way", step.name)
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)

    while not stopping.is_set():
        try:
            connection = connect(stopping)
        except RetryError:  # told to stop while it waited
            break
        log.info("%s: connected, waiting for jobs", step.name)
        try:
            serve(step, store, connection.channel(), stopping)
            connection.close()
        except AMQPError as error:
            log.warning("%s: lost the broker: %r", step.name, error)


def connect(stopping: threading.Event) -> pika.BlockingConnection:
    where = parameters()

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


def serve(step: Step, store: Store, channel: BlockingChannel, stopping: threading.Event) -> None:
    channel.queue_declare(DEAD_LETTERS, durable=True, arguments={"x-queue-type": "quorum"})
    declare(channel, step.name)
    channel.confirm_delivery()
    channel.basic_qos(prefetch_count=1)
    for method, _, body in channel.consume(step.name, inactivity_timeout=TICK_SECONDS):
        beat()
        if method is not None:
            handle(step, store, channel, method.delivery_tag, body)
        if stopping.is_set():
            break
    channel.cancel()


def declare(channel: BlockingChannel, queue: str) -> None:
    channel.queue_declare(queue, durable=True, arguments=QUEUE_ARGUMENTS)


def handle(step: Step, store: Store, channel: BlockingChannel, tag: int, body: bytes) -> None:
    try:
        message = step.do(Message.from_json(body), store)
        queue = step.next_queue(message)
    except Exception:  # whatever it is, it is this message's: back to the queue, which counts
        log.exception("%s: failed", step.name)
        channel.basic_nack(tag, requeue=True)
        return
    if queue is not None:
        declare(channel, queue)
        channel.basic_publish("", queue, message.to_json().encode(), pika.BasicProperties(delivery_mode=2))
    channel.basic_ack(tag)
    log.info("%s: %s done%s", step.name, message.id, f", on to {queue}" if queue else "")
