"""The sidecar `scale-to-zero`: moves each configured service to its replica count, again and again."""

import logging
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from core.capacity import Capacity, OmnistrateCapacity, settle
from core.models import ServiceConfiguration

log = logging.getLogger("scale-to-zero")


def settle_all(capacity: Capacity) -> None:
    for row in ServiceConfiguration.objects.all():
        if by := settle(capacity, row.service, row.target):
            log.info("%s: %+d replica(s), to %d", row.service, by, row.target)


class Command(BaseCommand):
    help = "Keep the replica counts of the service configurations."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, and an error if it fails")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        capacity = OmnistrateCapacity(settings.CAPACITY_URL)
        if once:
            settle_all(capacity)
            return
        while True:
            close_old_connections()
            try:
                settle_all(capacity)
            except Exception as error:  # the database or the platform is away: the next round tries again
                log.warning("%s; next try in %g s", error, settings.SCALE_INTERVAL_SECONDS)
            time.sleep(settings.SCALE_INTERVAL_SECONDS)
