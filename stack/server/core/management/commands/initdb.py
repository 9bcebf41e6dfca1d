"""What the service `initdb` runs: everything PostgreSQL needs before the server starts.

Running it again changes nothing. It needs PostgreSQL only.
"""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from core import seeds


class Command(BaseCommand):
    help = "Migrate, create the two accounts, seed the settings. Needs PostgreSQL only."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if missing := seeds.missing():
            raise CommandError(
                f"not set or empty: {', '.join(missing)}. Nothing was changed. In docker-compose.yaml they come from"
                " the environment of initdb, there from secrets; give each a value and start initdb again."
            )
        database = settings.DATABASES["default"]
        try:
            connection.ensure_connection()
        except OperationalError as error:
            where = f"{database['HOST']}:{database['PORT']}, database {database['NAME']}, user {database['USER']}"
            raise CommandError(f"PostgreSQL at {where}: {' '.join(str(error).split())}") from error
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        self.stdout.write(f"accounts created: {', '.join(seeds.accounts()) or 'none'}")
        self.stdout.write(f"settings written: {', '.join(seeds.graph_settings(force=False)) or 'none'}")
        self.stdout.write(f"scaling rows created: {', '.join(seeds.scaling()) or 'none'}")
        self.stdout.write(self.style.SUCCESS("initdb: done"))
