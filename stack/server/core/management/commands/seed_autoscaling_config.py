from typing import Any

from django.core.management.base import BaseCommand

from core import seeds


class Command(BaseCommand):
    help = "Create the scaling rows that are missing; one that was changed in the admin is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"scaling rows created: {', '.join(seeds.scaling()) or 'none'}")
