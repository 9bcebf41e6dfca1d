"""The queues in RabbitMQ: what they are called, how they are made, how a message gets into one for sure.

NAME            a worker's jobs; a quorum queue, so that a message survives the broker
NAME.retry      jobs that failed, until they are due again; the broker moves them back to NAME
dead-letters    what was given up, for a person to look at
"""

from contextlib import closing

import pika
from pika.adapters.blocking_connection import BlockingChannel

from jobs.base.environment import secret, text

FRONT = "ingestion_v2"
CLEANUP = "cleanup"
DEAD_LETTERS = "dead-letters"

QUORUM = {"x-queue-type": "quorum"}
# The broker's own copy from queue to queue is confirmed, too: nothing is gone if it stops in between.
SAFE_MOVE = {"x-dead-letter-exchange": "", "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
# A worker gives a message up long before that (worker.TRIES); this holds if no worker lives long enough to.
DELIVERY_LIMIT = 20
TRIES_HEADER = "x-tries"


def retry_queue(queue: str) -> str:
    return f"{queue}.retry"


def parameters(timeout: float = 5) -> pika.ConnectionParameters:
    return pika.ConnectionParameters(
        host=text("RABBITMQ_HOST", "rabbitmq"),
        port=int(text("RABBITMQ_PORT", "5672")),
        credentials=pika.PlainCredentials(text("RABBITMQ_USER", "experio"), secret("RABBITMQ_PASSWORD")),
        heartbeat=20,  # of a worker that is gone without a word, the job is given to another within a minute
        socket_timeout=timeout,
        stack_timeout=timeout,
        blocked_connection_timeout=timeout * 6,
    )


def declare(channel: BlockingChannel, queue: str) -> None:
    """Make `queue` and what belongs to it; harmless if all of it is there."""
    channel.queue_declare(DEAD_LETTERS, durable=True, arguments=QUORUM)
    limit = {"x-delivery-limit": DELIVERY_LIMIT, "x-dead-letter-routing-key": DEAD_LETTERS}
    channel.queue_declare(queue, durable=True, arguments=QUORUM | SAFE_MOVE | limit)
    back = {"x-dead-letter-routing-key": queue}
    channel.queue_declare(retry_queue(queue), durable=True, arguments=QUORUM | SAFE_MOVE | back)


def put(channel: BlockingChannel, queue: str, body: bytes, properties: pika.BasicProperties) -> None:
    """Return once the broker has `body` safe. The channel must be in confirm mode; raises AMQPError if it has not."""
    properties.delivery_mode = pika.DeliveryMode.Persistent.value
    channel.basic_publish("", queue, body, properties, mandatory=True)


def send(queue: str, body: str, expires_seconds: float | None = None) -> None:
    """For those who have no connection open: put one message into `queue`.

    Raises AMQPError, or OSError while the broker's name is unknown; the message may be in the queue nonetheless.
    """
    properties = pika.BasicProperties()
    if expires_seconds:
        properties.expiration = str(int(expires_seconds * 1000))
    with closing(pika.BlockingConnection(parameters())) as connection:
        channel = connection.channel()
        declare(channel, queue)
        channel.confirm_delivery()
        put(channel, queue, body.encode(), properties)
