"""The way off an env file: what to write in its place, so that deleting it changes nothing."""

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from json import dumps

from ci.core.compose.model import Compose
from ci.core.env_files.entries import (
    Entry,
    entries,
    own_environment,
    read_env_files,
    secret_name,
    variables_of,
)
from ci.core.expressions import secret_reference
from ci.core.settings.product import Settings
from ci.errors import Findings


@dataclass(frozen=True)
class Use:
    """A variable of an env file: what it is, and who gets it.

    `kind` is secret, literal, unknown (its value can't be known without a shell), overridden (each service's own
    `environment` wins) or unnamed (written nowhere in what its services are built from).
    """

    name: str
    kind: str
    services: tuple[str, ...]
    entry: str = ""
    """What stands for it in an `environment`."""


def names(compose: Compose, files: frozenset[str], texts: Mapping[str, str]) -> frozenset[str]:
    """The variables of all env files, by name."""
    read = read_env_files(compose, files, texts, Findings())
    return frozenset(variable.name for variables in read.values() for variable in variables)


def contexts(compose: Compose) -> frozenset[str]:
    """The build contexts of the services that have an env file, relative to the compose file."""
    return frozenset(
        posixpath.normpath(service.build.context) for service in compose.services if service.env_files and service.build
    )


def uses(
    compose: Compose, files: frozenset[str], texts: Mapping[str, str], settings: Settings, named: frozenset[str]
) -> dict[str, tuple[Use, ...]]:
    """For each env file its variables, in their order.

    `named` holds those whose names stand anywhere in what the services are built from. What a stock image reads can't
    be told, so a variable that one gets is never called unnamed.
    """
    read = read_env_files(compose, files, texts, Findings())
    gets: dict[str, dict[str, list[tuple[str, Entry, bool]]]] = {}
    stock = {service.name for service in compose.services if not service.build}
    for service in compose.services:
        own = own_environment(service)
        for name, entry in entries(variables_of(service, read), own).items():
            of = gets.setdefault(entry.variable.file, {}).setdefault(name, [])
            of.append((service.name, entry, name in own))
    return {
        file: tuple(_use(name, of, settings, named, stock) for name, of in variables.items())
        for file, variables in gets.items()
    }


def tell(found: Mapping[str, tuple[Use, ...]]) -> str:
    """The way off each env file, for people; `""` where there is none."""
    lines: list[str] = []
    for file, variables in found.items():
        services = tuple(dict.fromkeys(name for use in variables for name in use.services))
        lines += ["", f"The way off {file} ({len(variables)} variables, for {', '.join(services)}):"]
        for kind, told in _TOLD.items():
            some = [use for use in variables if use.kind == kind]
            if some:
                lines.append(f"  {told}:")
                lines += [f"    {_line(use, services)}" for use in some]
        lines.append("  then take `env_file` out, and delete the file")
    return "\n".join(lines) + "\n" if lines else ""


_TOLD = {
    "secret": "secrets: make each a secret of Omnistrate's, and write into `environment`",
    "literal": "no secrets: write into `environment` as they are",
    "unknown": "not known without a shell: write the value that is meant into `environment`",
    "unnamed": "named nowhere in what is built (a library or a base image may read one): remove, or keep as a literal",
    "overridden": "overridden by each service's own `environment`: remove",
}


def _use(
    name: str, of: list[tuple[str, Entry, bool]], settings: Settings, named: frozenset[str], stock: Iterable[str]
) -> Use:
    everybody = tuple(service for service, _, _ in of)
    getting = [(service, entry) for service, entry, overridden in of if not overridden]
    if not getting:
        return Use(name, "overridden", everybody)
    services = tuple(service for service, _ in getting)
    entry = getting[0][1]
    if name in settings.env_secrets or (entry.looks_secret and name not in settings.env_literals):
        secret = settings.env_secrets.get(name, secret_name(name))
        return Use(name, "secret", services, f"{name}: {dumps(secret_reference(secret))}")
    if name not in named and not set(services) & set(stock):
        return Use(name, "unnamed", services)
    if any(one.value is None for _, one in getting):
        return Use(name, "unknown", services)
    return Use(name, "literal", services, f"{name}: {dumps(entry.value, ensure_ascii=False)}")


def _line(use: Use, everybody: tuple[str, ...]) -> str:
    some = "" if use.services == everybody else f"  # {', '.join(use.services)}"
    return (use.entry or use.name) + some
