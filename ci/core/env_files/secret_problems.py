"""The problems with secrets in env files and in `environment`: none of their messages has a value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ci.core.compose.model import Compose
from ci.core.compose.name_values import names_and_nodes, names_and_values
from ci.core.env_files.entries import Entry
from ci.core.env_files.secret_names import secret_name
from ci.core.env_files.secret_values import SecretValues
from ci.core.env_files.syntax import Variable
from ci.core.expressions import secret_names, secret_reference
from ci.core.settings import toml
from ci.core.settings.product import Settings
from ci.errors import Problem

COMPOSE_FILE = ""
"""In place of a service's name: the compose file, for the variables that it uses itself."""


class Unmapped(NamedTuple):
    """A variable of a service that looks like a secret, and why; the settings don't say what it is."""

    service: str
    entry: Entry
    reason: str


def unmapped(found: Sequence[Unmapped]) -> Iterator[Problem]:
    """One problem with all variables that look like secrets, and the lines to add; nothing if there are none."""
    if not found:
        return
    of_name: dict[str, dict[str, Unmapped]] = {}
    shown: dict[tuple[Variable, str], None] = {}
    services: dict[tuple[str, str], list[str]] = {}
    for one in found:
        name, value = one.entry.variable.name, one.entry.literal
        of_name.setdefault(name, {}).setdefault(value, one)
        shown[one.entry.variable, one.reason] = None
        services.setdefault((name, value), []).append(one.service)
    lines = list[str]()
    for name, values in of_name.items():
        if len(values) == 1:
            lines.append(f"{toml.key(name)} = {toml.string(secret_name(name))}")
        else:
            lines += [
                line for value, one in values.items() for line in _own_lines(one.service, name, services[name, value])
            ]
    first = found[0].entry.variable
    names = ", ".join(map(toml.string, of_name))
    yield Problem(
        what=f"{len(of_name)} variable(s) of env files look like secrets, and the settings don't say what they are",
        value=", ".join(f"{v.name} ({v.file}:{v.line}: {reason})" for v, reason in shown),
        file=first.file,
        line=first.line,
        expected="an Omnistrate secret for each, or its name in `env_literals` if it is not a secret",
        hint=f"add to pyproject.toml, below [tool.slipway.env_secrets]:{_indented(lines)}\n"
        f"  or, for those that are not secrets, below [tool.slipway]:\n    env_literals = [{names}]",
    )


def two_values(found: Mapping[str, Sequence[Entry]], settings: Settings) -> Iterator[Problem]:
    """A problem for each variable that one secret replaces, and that has different values for different services.

    `found` has the entries of each service, and first those that the compose file itself uses. What a service's own
    table says is said of its value alone. An empty value is none: it is set somewhere else.
    """
    of_name: dict[str, dict[str, tuple[Variable, list[str]]]] = {}
    for service, entries in found.items():
        own = settings.service_secrets(service)
        for entry in entries:
            name = entry.variable.name
            if entry.secret and entry.literal and name not in own:
                values = of_name.setdefault(name, {})
                values.setdefault(entry.literal, (entry.variable, []))[1].append(service)
    for name, values in of_name.items():
        (first, _), *others = values.values()
        if not others:
            continue
        lines = [line for _, services in others for line in _own_lines(services[0], name, services)]
        places = (
            f"{one.file}:{one.line} (for {services[0] or 'the compose file'})" for one, services in values.values()
        )
        yield Problem(
            what=f"`{name}` has different values, and `env_secrets` replaces all of them by one secret",
            value=", ".join(places),
            file=first.file,
            line=first.line,
            expected="a secret for each value, or one value",
            hint=f"add to pyproject.toml, below [tool.slipway.env_secrets]:{_indented(lines)}",
        )


def own_values(compose: Compose, secrets: SecretValues, settings: Settings) -> Iterator[Problem]:
    """A problem for each variable of an `environment` that has the value of a secret in its text."""
    seen: set[object] = set()
    for service in compose.services if secrets else ():
        pair = service.keys.get("environment")
        if pair is None or pair.raw in seen:
            continue
        seen.add(pair.raw)
        nodes = names_and_nodes(pair.raw)
        for name, value in names_and_values(pair.raw).items():
            found = secrets.replaced(value) if value and name not in settings.env_literals else None
            if found:
                names = ", ".join(secret_reference(one) for one in secret_names(found.text)) or "{{ $secrets.NAME }}"
                problem = compose.document.problem(
                    nodes.get(name) or pair.key,
                    f"`{name}` in the `environment` of `{service.name}` has the value of a secret in it",
                    value=found.unclear,
                    expected=f"the secret's expression in place of its value: {names}",
                    hint=f"write it there; if it is no secret, env_literals = [{toml.string(name)}] in [tool.slipway]",
                )
                yield replace(problem, excerpt="")  # the line has the value


def joined(variable: Variable) -> Problem:
    """The problem of a value in which a secret's expression stands beside a sign that would be read as part of it."""
    return Problem(
        what=f"The value of `{variable.name}` has a secret in it, directly beside a brace or a dollar sign",
        value=f"{variable.name}, with `$`, `{{` or `}}` beside the secret",
        file=variable.file,
        line=variable.line,
        expected="another character beside it: Omnistrate would not know where the expression {{ $secrets.NAME }} ends",
        hint="make the whole value a secret, below [tool.slipway.env_secrets]: "
        f"{toml.key(variable.name)} = {toml.string(secret_name(variable.name))}",
    )


def _own_lines(first: str, name: str, services: Sequence[str]) -> list[str]:
    """The lines of `env_secrets` that give a variable of some services a secret of its own, named after the first."""
    secret = toml.string(secret_name(f"{first}_{name}"))
    return [f"{toml.key(service)}.{toml.key(name)} = {secret}" for service in services]


def _indented(lines: Sequence[str]) -> str:
    return "".join(f"\n    {line}" for line in lines)
