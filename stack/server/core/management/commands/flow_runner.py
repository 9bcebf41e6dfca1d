"""The sidecar `flow-runner`: puts the flows that run by the clock into their queues."""

import json
import logging
import time
import uuid
from typing import Any

import pika
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from core.health import broker_parameters

log = logging.getLogger("flow-runner")

RETRY_SECONDS = 30.0
# queue and what its worker is given
FLOWS = {"cleanup": {"older_than_days": 30}}


def start_flows() -> None:
    connection = pika.BlockingConnection(broker_parameters())
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        for queue, data in FLOWS.items():
            body = json.dumps({"id": str(uuid.uuid4()), "data": data, "trace": []})
            # `mandatory`: a queue that no worker has made yet is an error, not a message lost
            channel.basic_publish("", queue, body, pika.BasicProperties(delivery_mode=2), mandatory=True)
            log.info("%s: started", queue)
    finally:
        connection.close()


class Command(BaseCommand):
    help = "Start the flows that run by the clock."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, and an error if it fails")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        if once:
            start_flows()
            return
        while True:
            try:
                start_flows()
            except Exception as error:  # the broker is away
                log.warning("%r; next try in %g s", error, RETRY_SECONDS)
                time.sleep(RETRY_SECONDS)
            else:
                time.sleep(settings.FLOW_INTERVAL_SECONDS)
