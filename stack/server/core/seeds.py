"""The data of a new installation: two accounts, the graph settings, the scaling rows. Existing data is not changed.

`missing` can be asked before anything is changed; the commands are thin around the rest.
"""

from django.db import transaction

from core.models import ServiceConfiguration, Setting, User
from jobs.base.environment import secret, text

# email, variable that holds the password, whether it is the superuser
ACCOUNTS = (
    ("admin@experiolabs.ai", "DJANGO_SUPERUSER_PASSWORD", True),
    ("playwright@thinknimble.com", "PLAYWRIGHT_TEST_USER_PASS", False),
)
# setting and variable of one name, and whether it is a secret
SETTINGS = {
    "NEO4J_URI": False,
    "NEO4J_USER": False,
    "NEO4J_DATABASE": False,
    "NEO4J_PASSWORD": True,
    "FALKOR_URI": False,
    "FALKOR_PASSWORD": True,
}
Mode = ServiceConfiguration.Mode
SCALING = {
    "neo4j": {"mode": Mode.KEEP_ALIVE, "replicas": 1},
    "falkordb": {"mode": Mode.KEEP_DOWN, "replicas": 0},
}


def given(setting: str) -> str:
    return secret(setting) if SETTINGS[setting] else text(setting)


def missing() -> list[str]:
    """The variables that a new installation needs and that are missing or empty."""
    return [name for _, name, _ in ACCOUNTS if not secret(name)] + [name for name in SETTINGS if not given(name)]


def accounts() -> list[str]:
    """Create the accounts that are missing; returns their addresses. Every password must be set (`missing`)."""
    created = []
    for email, variable, superuser in ACCOUNTS:
        if not User.objects.filter(email=email).exists():
            create = User.objects.create_superuser if superuser else User.objects.create_user
            create(email, secret(variable))
            created.append(email)
    return created


@transaction.atomic
def graph_settings(*, force: bool) -> list[str]:
    """Copy the graph settings from the environment; returns the names of those written. Connects to neither database.

    With `force`, what is there is overwritten, but not by a variable that is missing: after an upgrade this runs in the
    server, which has no graph password. Raises ValueError if a setting is neither there nor given.
    """
    there = dict(Setting.objects.filter(key__in=SETTINGS).values_list("key", "value"))
    absent = [key for key in SETTINGS if key not in there and not given(key)]
    if absent:
        raise ValueError(f"not set or empty: {', '.join(absent)}")
    wanted = [key for key in SETTINGS if key not in there or (force and given(key) and given(key) != there[key])]
    for key in wanted:
        Setting.objects.update_or_create(key=key, defaults={"value": given(key), "secret": SETTINGS[key]})
    return wanted


def scaling() -> list[str]:
    """Create the scaling rows that are missing; returns their services. One changed in the admin stays as it is."""
    rows = {
        service: ServiceConfiguration.objects.get_or_create(service=service, defaults=defaults)
        for service, defaults in SCALING.items()
    }
    return [service for service, (_, created) in rows.items() if created]
