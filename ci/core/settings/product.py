"""The settings: what is special to one product, with a default for everything that has one.

They are written once, in the table `[tool.slipway]` of the `pyproject.toml` beside the compose file or above it; the
module and the plain command both read them there, and an argument of either overrides one.
"""

import difflib
import re
import tomllib
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, get_args, get_origin, get_type_hints

from ci.core.references import is_repository
from ci.core.settings.smoke import parse_smoke
from ci.errors import ConfigurationError, Problem

FILE = "pyproject.toml"
OMCTL_VERSION = "1.10.5"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings; the comment of each says what it is, an empty text that there is none."""

    image_prefix: str = ""
    """What every own repository begins with, `ghcr.io/org/product`; derived from the git remote where empty."""
    image_names: Mapping[str, str] = field(default_factory=dict)
    """Service -> suffix of its image's repository, where the Dockerfile's name is not to be it."""
    sidecars: Mapping[str, str] = field(default_factory=dict)
    """Sidecar under `x-omnistrate-capabilities.sidecars` -> name of the own image that it runs."""
    product_name: str = ""
    """The product's name in Omnistrate (`omctl build --product-name`)."""
    environment: str = "Dev"
    """The Omnistrate environment that a release goes to."""
    environment_type: str = "dev"
    """Its type; one of dev, prod, qa, canary, staging, private."""
    instance: str = ""
    """The dev instance to upgrade; where empty, the only one of the environment."""
    omctl_image: str = f"ghcr.io/omnistrate-oss/omnistrate-ctl:{OMCTL_VERSION}"
    """The image that holds omctl as its entry point."""
    registry_username: str = "slipway"
    """The user of the registry token; GHCR takes any."""
    source_url: str = ""
    """The label `org.opencontainers.image.source`, which links a package of GHCR to its repository."""
    platform: str = "linux/amd64"
    """The platform to build for: a laptop's own may be another than that of the cluster's nodes."""
    build_args: Mapping[str, str] = field(default_factory=dict)
    """Values for the variables (`${NAME}`) that the compose file uses inside `build`."""
    whole_contexts: tuple[str, ...] = ()
    """Images whose build gets its whole context: their base image copies from it by `ONBUILD`."""
    env_secrets: Mapping[str, str] = field(default_factory=dict)
    """Variable of an env file -> Omnistrate secret that is to hold it."""
    env_literals: tuple[str, ...] = ()
    """Variables of env files that look like secrets and are none."""
    parallel_builds: int = 16
    """How many images are built and pushed at the same time."""
    build_minutes: int = 60
    """How long one image may take to be built and pushed."""
    upgrade_minutes: int = 30
    """How long the upgrade of the dev instance is watched."""
    poll_seconds: int = 5
    """How long to wait between two looks at an upgrade."""
    compression: str = "gzip"
    """How layers are compressed; `zstd` is about three times as fast, and needs containerd 1.5 or Docker 23 to pull."""
    registry_image: str = "registry:3"
    """The registry that `rehearse` brings along."""
    python_image: str = "python:3.11-slim"
    """The image in which `rehearse` runs its stand-in Omnistrate API, and whose Python keepers run with."""
    compose_file: str = "docker-compose.yaml"
    """The compose file, relative to the source."""
    queues: Mapping[str, str] = field(default_factory=dict)
    """Queue -> between which services, `from, from > to`, for the product's picture."""
    smoke: Mapping[str, Any] = field(default_factory=dict)
    """How `smoke` boots and judges the product: see [smoke.md](smoke.md)."""


COMPRESSIONS = ("gzip", "zstd")
ENVIRONMENT_TYPES = ("dev", "prod", "qa", "canary", "staging", "private")


class SettingsError(ConfigurationError):
    """Some settings can't be used; `usable` holds the others, so that what else is wrong can be told as well."""

    def __init__(self, usable: Settings, *problems: Problem) -> None:
        super().__init__(*problems)
        self.usable = usable


def parse_settings(text: str, file: str = FILE) -> Settings | None:
    """The settings in the text of a `pyproject.toml`; None where it has no table `[tool.slipway]`.

    Raises:
        SettingsError: a setting is unknown or its value is of another kind; all of them.
        ConfigurationError: the file is no TOML, or the settings are no table.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        raise ConfigurationError(
            Problem(
                what=f"Not readable as TOML: {error}", file=file, line=int(at[1]) if at else 0, hint="mend the line"
            )
        ) from error
    tool = tables.get("tool")
    table = tool.get("slipway") if isinstance(tool, Mapping) else None
    if table is None:
        return None
    if not isinstance(table, Mapping):
        raise ConfigurationError(
            Problem(what="`tool.slipway` is no table", file=file, expected="[tool.slipway]", hint="write it as a table")
        )
    problems = {name: list(_problems(name, value, text, file)) for name, value in table.items()}
    values: dict[str, Any] = {  # Any: each was held against its setting's type
        name: tuple(value) if isinstance(value, list) else value for name, value in table.items() if not problems[name]
    }
    if any(problems.values()):
        raise SettingsError(Settings(**values), *(problem for found in problems.values() for problem in found))
    return Settings(**values)


def settled(reading: Callable[[], Settings], overrides: Mapping[str, Any]) -> tuple[Settings, list[Problem]]:
    """The settings that `reading` gives, with `overrides`, and what is wrong with either.

    What can't be used is left out, so that wrong settings hide nothing else that is wrong.
    """
    settings, problems = Settings(), list[Problem]()
    try:
        settings = reading()
    except SettingsError as error:
        settings, problems = error.usable, [*error.problems]
    except ConfigurationError as error:
        problems += error.problems
    try:
        return override(settings, **overrides), problems
    except ConfigurationError as error:
        return settings, [*problems, *error.problems]


def override(settings: Settings, **values: Any) -> Settings:
    """The settings with those of `values` that were given, so neither None nor empty.

    Raises:
        ConfigurationError: a value can't be used.
    """
    given = {name: value for name, value in values.items() if value not in (None, "", 0)}
    problems = [problem for name, value in given.items() for problem in _value_problems(name, value, "", 0)]
    if problems:
        raise ConfigurationError(*problems)
    return replace(settings, **given)


def _problems(name: str, value: Any, text: str, file: str) -> Iterator[Problem]:
    known = {one.name for one in fields(Settings)}
    line = _line_of(name, text)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        yield Problem(
            what="Unknown setting",
            value=name,
            file=file,
            line=line,
            expected=f"`{near[0]}`?" if near else "one of " + ", ".join(sorted(known)),
            hint="mend the name or remove the line",
        )
    else:
        yield from _value_problems(name, value, file, line)


def _value_problems(name: str, value: Any, file: str, line: int) -> Iterator[Problem]:
    if name == "smoke" and isinstance(value, Mapping):
        yield from _smoke_problems(value)
        return
    hint = get_type_hints(Settings)[name]
    wrong = ""
    if hint is str and not isinstance(value, str):
        wrong = "a text"
    elif hint is int and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        wrong = "a whole number, 1 or more"
    elif get_origin(hint) is tuple and not (isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)):
        wrong = "a list of texts"
    elif get_origin(hint) not in (None, tuple, types.UnionType) and not (
        isinstance(value, Mapping) and all(isinstance(v, get_args(hint)[1]) for v in value.values())
    ):
        wrong = "a table" if name == "smoke" else "a table of texts"
    elif name == "environment_type" and value not in ENVIRONMENT_TYPES:
        wrong = "one of " + ", ".join(ENVIRONMENT_TYPES)
    elif name == "compression" and value not in COMPRESSIONS:
        wrong = "one of " + ", ".join(COMPRESSIONS)
    elif name == "image_prefix" and value and not ("/" in value and is_repository(value)):
        wrong = "a repository's beginning in lower case, such as ghcr.io/org/product"
    if wrong:
        yield Problem(
            what=f"The setting `{name}` can't be used",
            value=repr(value),
            file=file,
            line=line,
            expected=wrong,
            hint="mend the value",
        )


def _smoke_problems(table: Mapping[str, Any]) -> tuple[Problem, ...]:
    try:
        parse_smoke(table)
    except ConfigurationError as error:
        return error.problems
    return ()


def _line_of(name: str, text: str) -> int:
    """The line of a setting, counted from 1; 0 where it is written in a way that this does not find."""
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if table := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
            if table[1] == f"tool.slipway.{name}":
                return number
            inside = table[1] == "tool.slipway"
        elif inside and re.match(rf"\s*[\"']?{re.escape(name)}[\"']?\s*[.=]", line):
            return number
    return 0
