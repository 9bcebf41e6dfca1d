"""The migration off an env file: what to write in its place, so that deleting it changes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from json import dumps

from ci.core.compose.model import Compose
from ci.core.compose.paths import from_top
from ci.core.env_files.entries import Entry
from ci.core.env_files.files import EnvFiles, own_environment
from ci.core.env_files.project_variables import project_variables
from ci.core.env_files.secret_names import secret_name
from ci.core.env_files.secret_values import SecretValues
from ci.core.expressions import secret_reference
from ci.core.settings.product import Settings


class Kind(StrEnum):
    """What a variable is, and so what becomes of it; in the order in which they are shown."""

    SECRET = "secret"  # noqa: S105 - a kind of variable
    LITERAL = "literal"
    UNKNOWN = "unknown"
    """Its value depends on a shell."""
    UNUSED = "unused"
    """Its name occurs nowhere in what its services are built from."""
    OVERRIDDEN = "overridden"
    """Each service that gets it sets its own value."""


_ADVICE = {
    Kind.SECRET: "secrets: create each as a secret in Omnistrate, and add to `environment`",
    Kind.LITERAL: "not secrets: add to `environment`",
    Kind.UNKNOWN: "not known without a shell: add each to `environment` with the value that it should have",
    Kind.UNUSED: "not named in what is built (a library or a base image may read one): remove, or keep as a literal",
    Kind.OVERRIDDEN: "overridden by each service's own `environment`: remove",
}


@dataclass(frozen=True)
class Use:
    """A variable of an env file, and the services that get it."""

    name: str
    kind: Kind
    services: tuple[str, ...]
    entry: str = ""
    """The line of `environment` that replaces it, `""` if there is none to propose."""


def variable_names(compose: Compose, files: frozenset[str], texts: Mapping[str, str]) -> frozenset[str]:
    """The names of the variables of all env files."""
    return EnvFiles(compose, files, texts).names


def build_contexts(compose: Compose) -> frozenset[str]:
    """The build contexts of the services that have an env file, relative to the top of the source."""
    file = compose.document.file
    return frozenset(
        from_top(file, service.build.context) for service in compose.services if service.env_files and service.build
    )


def uses(
    compose: Compose, files: frozenset[str], texts: Mapping[str, str], settings: Settings, mentioned: frozenset[str]
) -> dict[str, tuple[Use, ...]]:
    """For each env file its variables, in their order.

    `mentioned` has the names that occur in the files that the services are built from. What an image that is not built
    here reads is not known, so a variable that it gets is never `unused`.
    """
    read = EnvFiles(compose, files, texts)
    project = project_variables(compose.document.file, texts, settings)
    known = project.known
    of_service = {one.name: read.entries(one, settings, known) for one in compose.services}
    mapped = [(one.literal, one.secret) for entries in of_service.values() for one in entries.values()]
    secrets = SecretValues([*mapped, *project.mapped(settings)])
    found: dict[str, dict[str, list[_Getter]]] = {}
    for service in compose.services:
        own = own_environment(compose, service)
        for name, plain in of_service[service.name].items():
            entry = plain if plain.secret or name in settings.env_literals else _without_secrets(plain, secrets)
            getters = found.setdefault(entry.variable.file, {}).setdefault(name, [])
            getters.append(_Getter(service.name, entry, overridden=name in own, built=service.build is not None))
    return {
        file: tuple(_use(name, same, settings, mentioned) for name, all_ in variables.items() for same in _apart(all_))
        for file, variables in found.items()
    }


def render(found: Mapping[str, tuple[Use, ...]]) -> str:
    """The migration off each env file as text for people; `""` if there is no env file."""
    lines: list[str] = []
    for file, variables in found.items():
        services = tuple(dict.fromkeys(name for use in variables for name in use.services))
        lines += ["", f"Migration off {file} ({len(variables)} variables, for {', '.join(services)}):"]
        for kind, advice in _ADVICE.items():
            of_kind = [use for use in variables if use.kind is kind]
            if of_kind:
                lines.append(f"  {advice}:")
                lines += [f"    {_line(use, services)}" for use in of_kind]
        lines.append("  then remove `env_file`, and delete the file")
    return "\n".join(lines) + "\n" if lines else ""


@dataclass(frozen=True)
class _Getter:
    """A service that gets a variable; `built` is whether its image is built here."""

    service: str
    entry: Entry
    overridden: bool
    built: bool


def _without_secrets(entry: Entry, secrets: SecretValues) -> Entry:
    """An entry with the expressions of the secrets in its value; one in which they are unclear is to be a secret."""
    found = secrets.replaced(entry.literal)
    if found is None:
        return entry
    own = secret_name(entry.variable.name) if found.unclear else ""
    return replace(entry, value=found.text if entry.value is not None else None, secret=own)


def _apart(getters: list[_Getter]) -> Iterable[list[_Getter]]:
    """The services that get a variable, apart by the secret that replaces it."""
    found: dict[str, list[_Getter]] = {}
    for one in getters:
        found.setdefault(one.entry.secret, []).append(one)
    return found.values()


def _use(name: str, getters: list[_Getter], settings: Settings, mentioned: frozenset[str]) -> Use:
    getting = [one for one in getters if not one.overridden]
    if not getting:
        return Use(name, Kind.OVERRIDDEN, tuple(one.service for one in getters))
    services = tuple(one.service for one in getting)
    entry = getting[0].entry
    if entry.secret or (entry.looks_secret and name not in settings.env_literals):
        secret = entry.secret or secret_name(name)
        return Use(name, Kind.SECRET, services, f"{name}: {dumps(secret_reference(secret))}")
    if name not in mentioned and all(one.built for one in getting):
        return Use(name, Kind.UNUSED, services)
    if any(one.entry.value is None for one in getting):
        return Use(name, Kind.UNKNOWN, services)
    return Use(name, Kind.LITERAL, services, f"{name}: {dumps(entry.value, ensure_ascii=False)}")


def _line(use: Use, all_services: tuple[str, ...]) -> str:
    comment = "" if use.services == all_services else f"  # {', '.join(use.services)}"
    return (use.entry or use.name) + comment
