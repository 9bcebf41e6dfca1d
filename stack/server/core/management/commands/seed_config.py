from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import seeds


class Command(BaseCommand):
    help = "Copy the graph settings from the environment into the database. Connects to neither graph database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="overwrite settings that are there already")

    def handle(self, *args: Any, force: bool = False, **options: Any) -> None:
        try:
            written = seeds.graph_settings(force=force)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"settings written: {', '.join(written) or 'none'}")
