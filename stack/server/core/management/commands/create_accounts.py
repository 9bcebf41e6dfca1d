from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.models import User
from experio.environment import text

# email, variable that holds the password, whether it is the superuser
ACCOUNTS = (
    ("admin@experiolabs.ai", "DJANGO_SUPERUSER_PASSWORD", True),
    ("playwright@thinknimble.com", "PLAYWRIGHT_TEST_USER_PASS", False),
)


class Command(BaseCommand):
    help = "Create the administrator and the account for tests; an account that exists is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [variable for _, variable, _ in ACCOUNTS if not text(variable)]
        if missing:
            raise CommandError(f"not set or empty: {', '.join(missing)}. Each account needs its password from there.")
        for email, variable, superuser in ACCOUNTS:
            if User.objects.filter(email=email).exists():
                self.stdout.write(f"{email}: there already")
                continue
            create = User.objects.create_superuser if superuser else User.objects.create_user
            create(email, text(variable))
            self.stdout.write(f"{email}: created")
