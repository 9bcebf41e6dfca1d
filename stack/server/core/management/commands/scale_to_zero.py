"""The sidecar `scale-to-zero`: repeatedly moves each configured service towards its replica count."""

import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from core.capacity import Capacity, OmnistrateCapacity, change_needed
from core.clock import every
from core.models import ServiceConfiguration

log = logging.getLogger("scale-to-zero")


def settle_all(capacity: Capacity) -> list[str]:
    """One step towards the target of each service. Returns the errors: one service must not block the others."""
    close_old_connections()
    problems = []
    for row in ServiceConfiguration.objects.all():
        try:
            seen = capacity.observe(row.service)
            if by := change_needed(seen, row.target):
                capacity.change(row.service, by)
                log.info("%s: %d replica(s), %+d asked for", row.service, seen.replicas, by)
            elif seen.troubled:
                problems.append(f"{row.service}: the platform says {seen.status}; left alone")
        except (OSError, ValueError) as error:
            problems.append(f"{row.service}: {error}")
    return problems


class Command(BaseCommand):
    help = "Keep the replica counts of the service configurations."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, and an error if it fails")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        capacity = OmnistrateCapacity(settings.CAPACITY_URL)
        if once:
            if problems := settle_all(capacity):
                raise CommandError("; ".join(problems))
            return

        def settle() -> None:
            for problem in settle_all(capacity):
                log.warning("%s; next try in %g s", problem, settings.SCALE_INTERVAL_SECONDS)

        every(settings.SCALE_INTERVAL_SECONDS, settle, log=log)
