from typing import Any

from django.core.management.base import BaseCommand

from core.models import ServiceConfiguration

Mode = ServiceConfiguration.Mode

DEFAULTS = {
    "neo4j": {"mode": Mode.KEEP_ALIVE, "replicas": 1},
    "falkordb": {"mode": Mode.KEEP_DOWN, "replicas": 0},
}


class Command(BaseCommand):
    help = "Create the scaling rows that are missing; one that was changed in the admin is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        for service, defaults in DEFAULTS.items():
            row, created = ServiceConfiguration.objects.get_or_create(service=service, defaults=defaults)
            self.stdout.write(f"{row}, {row.replicas} ({'created' if created else 'there already'})")
