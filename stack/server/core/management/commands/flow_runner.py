"""The sidecar `flow-runner`: publishes the scheduled flows to their queues."""

import json
import logging
import uuid
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from core.clock import every
from jobs.base import queues

log = logging.getLogger("flow-runner")

# queue and the data of its message
FLOWS = {queues.CLEANUP: {"older_than_days": 30}}


def start_flows() -> None:
    for queue, data in FLOWS.items():
        body = json.dumps({"id": str(uuid.uuid4()), "data": data})
        # A message that is not consumed before the next one is obsolete.
        queues.send(queue, body, expires_seconds=settings.FLOW_INTERVAL_SECONDS)
        log.info("%s: started", queue)


class Command(BaseCommand):
    help = "Start the flows that run by the clock."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, and an error if it fails")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        if once:
            start_flows()
        else:
            every(settings.FLOW_INTERVAL_SECONDS, start_flows, log=log)
