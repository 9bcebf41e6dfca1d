from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core.models import Setting
from experio.environment import text

# setting and variable of one name, and whether it is a secret
SEEDED = {
    "GRAPH_PROVIDER": False,
    "NEO4J_URI": False,
    "NEO4J_USER": False,
    "NEO4J_DATABASE": False,
    "NEO4J_PASSWORD": True,
    "FALKOR_URI": False,
    "FALKOR_PASSWORD": True,
}


class Command(BaseCommand):
    help = "Copy the graph settings from the environment into the database. Connects to neither graph database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="overwrite settings that are there already")

    @transaction.atomic
    def handle(self, *args: Any, force: bool = False, **options: Any) -> None:
        there = set(Setting.objects.filter(key__in=SEEDED).values_list("key", flat=True))
        # A setting that exists may lack its variable (`--force` in a container that has no secrets): it stays.
        missing = [key for key in SEEDED if key not in there and not text(key)]
        if missing:
            raise CommandError(f"not set or empty: {', '.join(missing)}")
        wanted = [key for key in SEEDED if key not in there or (force and text(key))]
        for key in wanted:
            Setting.objects.update_or_create(key=key, defaults={"value": text(key), "secret": SEEDED[key]})
        self.stdout.write(f"settings written: {', '.join(wanted) or 'none'}")
