"""What a smoke will do, decided before a container is put up."""

from collections.abc import Mapping
from dataclasses import dataclass

from ci.core.compose.parse import parse
from ci.core.settings.smoke import SmokeSettings
from ci.core.smoke import read as boot_read
from ci.core.smoke.boot import BootPlan


@dataclass(frozen=True, kw_only=True)
class SmokePlan:
    """The services to boot and how to judge them.

    `secrets` has the value of every secret, made up or from the settings; `made_up` are those that nobody may see.
    """

    title: str
    file: str
    boot: BootPlan
    settings: SmokeSettings
    secrets: Mapping[str, str]
    made_up: tuple[str, ...]
    keep_volumes: bool = False


def wanted_secrets(text: str, file: str, settings: SmokeSettings) -> tuple[str, ...]:
    """The Omnistrate secrets that need a made-up value."""
    return boot_read.secret_names(parse(text, file), settings)


def smoke_plan(
    text: str,
    file: str,
    title: str,
    settings: SmokeSettings,
    made_up: Mapping[str, str],
    *,
    core_only: bool = False,
    keep_volumes: bool = False,
) -> SmokePlan:
    """Plan the smoke of a pinned compose file.

    Raises:
        ConfigurationError: all that is known to be wrong before a container is put up.
    """
    plan = boot_read.boot_plan(parse(text, file), settings, made_up, core_only=core_only)
    return SmokePlan(
        title=title,
        file=file,
        boot=plan,
        settings=settings,
        secrets={**made_up, **settings.secrets},
        made_up=tuple(made_up.values()),
        keep_volumes=keep_volumes,
    )
