"""The queues in RabbitMQ: their names, their declaration, and publishing with confirmation.

NAME            a worker's jobs; a quorum queue, so that a message survives the broker
NAME.retry      jobs that failed, until their next attempt; the broker moves them back to NAME
dead-letters    jobs whose attempts are used up, for a person to inspect
"""

from contextlib import closing

import pika
from pika.adapters.blocking_connection import BlockingChannel

from jobs.base.environment import secret, text

FRONT = "ingestion_v2"
CLEANUP = "cleanup"
DEAD_LETTERS = "dead-letters"

QUORUM = {"x-queue-type": "quorum"}
# The broker confirms its own moves between queues as well: no message is lost if it stops during one.
SAFE_MOVE = {"x-dead-letter-exchange": "", "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
# A worker stops retrying long before that (worker.TRIES); this limit is for messages that kill every worker.
DELIVERY_LIMIT = 20
TRIES_HEADER = "x-tries"


def retry_queue(queue: str) -> str:
    return f"{queue}.retry"


def parameters(timeout: float = 5) -> pika.ConnectionParameters:
    return pika.ConnectionParameters(
        host=text("RABBITMQ_HOST", "rabbitmq"),
        port=int(text("RABBITMQ_PORT", "5672")),
        credentials=pika.PlainCredentials(text("RABBITMQ_USER", "experio"), secret("RABBITMQ_PASSWORD")),
        heartbeat=20,  # if a worker vanishes, its job goes to another within a minute
        socket_timeout=timeout,
        stack_timeout=timeout,
        blocked_connection_timeout=timeout * 6,
    )


def declare(channel: BlockingChannel, queue: str) -> None:
    """Declare `queue`, its retry queue and the dead letters; idempotent."""
    channel.queue_declare(DEAD_LETTERS, durable=True, arguments=QUORUM)
    limit = {"x-delivery-limit": DELIVERY_LIMIT, "x-dead-letter-routing-key": DEAD_LETTERS}
    channel.queue_declare(queue, durable=True, arguments=QUORUM | SAFE_MOVE | limit)
    back = {"x-dead-letter-routing-key": queue}
    channel.queue_declare(retry_queue(queue), durable=True, arguments=QUORUM | SAFE_MOVE | back)


def put(channel: BlockingChannel, queue: str, body: bytes, properties: pika.BasicProperties) -> None:
    """Publish, and return once the broker has confirmed it. The channel must be in confirm mode; else AMQPError."""
    properties.delivery_mode = pika.DeliveryMode.Persistent.value
    channel.basic_publish("", queue, body, properties, mandatory=True)


def send(queue: str, body: str, expires_seconds: float | None = None) -> None:
    """Publish one message to `queue` over a connection of its own.

    Raises AMQPError, or OSError while the broker's name is unknown; even then the message may be in the queue.
    """
    properties = pika.BasicProperties()
    if expires_seconds:
        properties.expiration = str(int(expires_seconds * 1000))
    with closing(pika.BlockingConnection(parameters())) as connection:
        channel = connection.channel()
        declare(channel, queue)
        channel.confirm_delivery()
        put(channel, queue, body.encode(), properties)
