"""What the service `initdb` runs: everything PostgreSQL needs before the server starts.

Running it again changes nothing.
"""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

STEPS = ("migrate", "create_accounts", "seed_config", "seed_autoscaling_config")


class Command(BaseCommand):
    help = "Migrate, create the two accounts, seed the settings. Needs PostgreSQL only."

    def handle(self, *args: Any, **options: Any) -> None:
        for step in STEPS:
            self.stdout.write(f"initdb: {step}")
            call_command(step, interactive=False) if step == "migrate" else call_command(step)
        self.stdout.write(self.style.SUCCESS("initdb: done"))
