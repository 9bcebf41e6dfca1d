"""What a smoke will do, made of the pinned compose file and the settings before anything is started."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from ci.core.compose.depends_on import transitive
from ci.core.compose.model import Compose
from ci.core.compose.parse import parse
from ci.core.expressions import find
from ci.core.settings.smoke import SmokeSettings
from ci.core.smoke.checks import check_dependencies, check_ports, check_settings
from ci.core.smoke.compose_reader import ComposeReader
from ci.core.smoke.read_services import READ_KEYS, read_services
from ci.core.smoke.service_spec import ServiceSpec
from ci.core.smoke.start_plan import StartPlan, in_start_order
from ci.core.smoke.values import Values
from ci.core.yaml.values import plain
from ci.errors import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class SmokePlan:
    """The services to start and how to check them.

    `secrets` has the value of every secret; `redacted` are the generated ones, which are masked in all output.
    """

    title: str
    file: str
    start: StartPlan
    settings: SmokeSettings
    secrets: Mapping[str, str]
    redacted: tuple[str, ...]
    keep_volumes: bool = False


def secrets_to_generate(text: str, file: str, settings: SmokeSettings) -> tuple[str, ...]:
    """The Omnistrate secrets that services or steps use and the settings give no value, each once."""
    compose = parse(text, file)
    keys = [pair for service in compose.services for name, pair in service.keys.items() if name in READ_KEYS]
    strings = [string for pair in keys for string in _strings(plain(pair.raw))]
    strings += [string for step in settings.steps for string in _strings(asdict(step))]
    names = dict.fromkeys(found.secret for string in strings for found in find(string) if found.secret)
    return tuple(name for name in names if name not in settings.secrets)


def smoke_plan(
    text: str,
    file: str,
    title: str,
    settings: SmokeSettings,
    generated: Mapping[str, str],
    *,
    core_only: bool = False,
    keep_volumes: bool = False,
) -> SmokePlan:
    """The plan for a pinned compose file; `generated` has the values of `secrets_to_generate`.

    Raises:
        ConfigurationError: all problems that are known before anything is started.
    """
    secrets = {**generated, **settings.secrets}
    values = Values(secrets, settings.expressions, settings.variables)
    return SmokePlan(
        title=title,
        file=file,
        start=_start_plan(parse(text, file), settings, values, core_only=core_only),
        settings=settings,
        secrets=secrets,
        redacted=tuple(generated.values()),
        keep_volumes=keep_volumes,
    )


def _start_plan(compose: Compose, settings: SmokeSettings, values: Values, *, core_only: bool) -> StartPlan:
    reader = ComposeReader(compose, values)
    specs, disabled = read_services(reader)
    dependencies = {name: one.depends_on for name, one in specs.items()}
    wanted = transitive(dependencies, settings.core) if core_only else frozenset(specs)
    wanted -= disabled | set(settings.excluded)
    started = [one for name, one in specs.items() if name in wanted]
    problems = [
        *reader.problems,
        *check_settings(specs, settings, core_only=core_only),
        *check_dependencies(compose, started, dependencies, settings),
        *check_ports(compose, started),
    ]
    if problems:
        raise ConfigurationError(*problems)
    services = tuple(_final(one, wanted, settings) for one in started)
    not_started = tuple(one.name for one in compose.services if one.name not in wanted)
    return StartPlan(in_start_order(services), not_started)


def _final(spec: ServiceSpec, started: frozenset[str], settings: SmokeSettings) -> ServiceSpec:
    """A service with the image that the settings give it, and with dependencies on started services alone."""
    image = settings.images.get(spec.name, settings.images.get(spec.image, spec.image))
    return replace(spec, image=image, depends_on=tuple(one for one in spec.depends_on if one.service in started))


def _strings(value: Any) -> list[str]:  # Any: YAML and TOML
    """Every string in a value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [string for one in value.values() for string in _strings(one)]
    return [string for one in value for string in _strings(one)] if isinstance(value, list | tuple) else []
