"""What can be wrong with the files that a compose file extends or includes."""

from collections.abc import Iterable

from ci.core.flatten.tree import Place
from ci.errors import ConfigurationError, Problem


def by_compose(main: str) -> str:
    """The command with which compose writes one file of several; env files and variables stay as they are."""
    name = main.rpartition("/")[2]
    return (
        f"docker compose --profile '*' -f {name} config --no-interpolate --no-path-resolution --no-env-resolution "
        "-o one.yaml, then give --file one.yaml"
    )


def missing_file(place: Place, path: str, found: str, main: str) -> ConfigurationError:
    """A file that was not read."""
    return _error(
        place,
        "A compose file that this one extends or includes is not in the source, or not readable as UTF-8",
        value=found if found == path else f"{path} ({found} from the top of the source)",
        expected="a file of the source that no .gitignore names",
        hint=f"add the file, or correct its path; if it is there for you alone: {by_compose(main)}",
    )


def missing_env_file(place: Place, path: str) -> ConfigurationError:
    """An env file of an include that was not read."""
    return _error(
        place,
        "An env file of an `include` is not in the source, or not readable as UTF-8",
        value=path,
        expected="a file of the source that no .gitignore names",
        hint="add the file; or take `env_file` out, and give the values in [tool.slipway.variables] of pyproject.toml",
    )


def remote(place: Place, path: str, main: str) -> ConfigurationError:
    """A file elsewhere, which a release does not fetch."""
    return _error(
        place,
        "A compose file that this one extends or includes is outside of the source",
        value=path,
        expected="a file of the source, with a relative path: a release is made of one commit alone",
        hint=f"copy the file into the source, or write one file: {by_compose(main)}",
    )


def no_path(place: Place, path: str) -> ConfigurationError:
    """A path with a variable that has no value in a release."""
    return _error(
        place,
        "The path of a compose file that this one extends or includes has a variable without a value",
        value=path,
        expected="a path, or variables with defaults: ${NAME:-common.yaml}",
        hint="write the path out: a release does not read the shell",
    )


def missing_service(place: Place, name: str, base: str, file: str) -> ConfigurationError:
    """A base that is not there."""
    return _error(
        place,
        f"Service `{name}` extends one that does not exist",
        value=f"{base} in {file}" if base else "no `service`",
        expected=f"the name of a service of {file}" if file else "a `service`",
        hint="correct the name below `extends`",
    )


def endless(place: Place, trail: Iterable[str]) -> ConfigurationError:
    """Services that extend each other, or files that include each other, without an end."""
    shown = [*trail]
    return _error(
        place,
        "Compose files extend or include each other in a circle, or too many in a row",
        value=" → ".join([*shown[:5], shown[-1]]),
        expected="a chain without a circle, of at most 100",
        hint="remove one `extends` or `include` of the chain",
    )


def conflict(place: Place, section: str, name: str, other: Place) -> ConfigurationError:
    """A name that an included file and another one both define."""
    return _error(
        place,
        f"`{section}.{name}` is defined twice, by an included file and by {other.file}:{other.line}",
        value=name,
        expected="each name in one of the files: compose refuses to include it too",
        hint="rename one of the two, or remove it",
    )


def shared(place: Place, name: str, key: str) -> ConfigurationError:
    """A value that can't be merged in its place, since it is used elsewhere too."""
    return _error(
        place,
        f"`{key}` of service `{name}` can't be merged with what it extends: other places share it by an anchor",
        value=key,
        expected="a value that belongs to this service alone",
        hint="write the value out where the service has it, without the anchor",
    )


def unmerged(place: Place, what: str, main: str) -> ConfigurationError:
    """A form of text in which what is extended or included can't be written exactly."""
    return _error(
        place,
        "What this extends or includes can't be written into the compose file exactly",
        value=what,
        expected="services, networks and volumes in block style, one key a line",
        hint=f"write the keys in block style; or let compose write one file: {by_compose(main)}",
    )


def _error(place: Place, what: str, *, value: str, expected: str, hint: str) -> ConfigurationError:
    return ConfigurationError(
        Problem(what=what, value=value, file=place.file, line=place.line, expected=expected, hint=hint)
    )
