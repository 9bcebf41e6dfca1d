"""The variables of a service's `env_file`, and how each is written into its `environment`.

What omctl is handed holds no `env_file:` (docs/omctl.md, "The text env_file"). So each variable becomes an entry of
`environment`: the value that compose would give it, or a reference to an Omnistrate secret where `env_secrets` of the
settings names one.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from json import dumps

from ci.core import expressions
from ci.core.compose.interpolation import interpolate
from ci.core.compose.model import Compose, Service
from ci.core.compose.name_values import names_and_values
from ci.core.env_files.syntax import Variable, parse_env_file
from ci.core.settings.product import Settings
from ci.errors import Findings, Problem

FORMATS = ("", "raw")
_SECRET_NAME = re.compile(
    r"(?:^|[_.-])(?:pass|passwd|token|keys?|apikey|credentials?|creds|dsn|pat|private|salt)(?:[_.-]|$)|[_.-]pwd(?:[_.-]|$)"
    r"|password|passphrase|secret|api_?key|access_?key|private_?key|connection_?string",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(
    r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@"  # a URL with a password
    r"|(?:^|[;?&\s])(?:password|pwd|accountkey|sharedaccesskey|api_?key|token|sig)=[^;&\s]"  # a connection string
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\b(?:gh[opsu]_|github_pat_|glpat-|sk-|sk_live_|xox[abp]-|AKIA|AIza)[A-Za-z0-9_-]{12,}"  # tokens, by their marks
    r"|\beyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.",  # a JSON web token
    re.IGNORECASE,
)
_NAMED = re.compile(r"\$\{?([A-Za-z_]\w*)", re.ASCII)
_OPEN = re.compile(r"\$\{(?![A-Za-z_]\w*(?:\}|:?[-?+]))", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """A variable as one service gets it; `value` is None where it can't be known, for want of `unknown`."""

    variable: Variable
    value: str | None
    unknown: tuple[str, ...] = ()

    @property
    def looks_secret(self) -> bool:
        """Whether the name or the value is one that people give to secrets."""
        return looks_secret(self.variable.name, self.variable.value if self.value is None else self.value)


def looks_secret(name: str, value: str) -> bool:
    """Whether the name or the value is one that people give to secrets."""
    return bool(_SECRET_NAME.search(name) or _SECRET_VALUE.search(value))


def secret_name(variable: str) -> str:
    """What a variable's secret is called in Omnistrate where nothing says otherwise: `dbPassword` for `DB_PASSWORD`."""
    head, *rest = [part for part in re.split(r"[^a-z0-9]+", variable.lower()) if part] or ["secret"]
    return head + "".join(part.capitalize() for part in rest)


def entries(files: Iterable[tuple[Variable, ...]], own: Mapping[str, str | None]) -> dict[str, Entry]:
    """What a service gets from its env files, the last of a name winning; `own` is its `environment`.

    A variable inside a value is replaced as compose does: by `own`, else by what was read so far. The shell and a
    `.env`, where compose looks as well, are no part of a release. Omnistrate's expressions stay as they are.
    """
    plain = {name: None if value is None or "$" in value else value for name, value in own.items()}
    found: dict[str, Entry] = {}
    for variable in (one for file in files for one in file):
        value, unknown = variable.value, tuple[str, ...]()
        if variable.expands:
            values = {**{name: entry.value for name, entry in found.items()}, **plain}
            value, unknown = _expanded(variable.value, values)
        found[variable.name] = Entry(variable, None if unknown else value, unknown)
    return found


def environments(
    compose: Compose, files: frozenset[str], texts: Mapping[str, str], settings: Settings
) -> dict[str, dict[str, str]]:
    """For each service with an `env_file`, what its variables are written as; those of its own `environment` left out.

    Raises:
        ConfigurationError: a file is missing or unreadable, a value can't be known, or names that look secret have no
            mapping: all of these, the latter in one message, with the lines to add and never with a value.
    """
    found, result = Findings(), dict[str, dict[str, str]]()
    unmapped: dict[str, Variable] = {}
    unknown: dict[Variable, tuple[str, ...]] = {}
    read = read_env_files(compose, files, texts, found)
    for service in compose.services:
        if not service.env_files:
            continue
        own = own_environment(service)
        written = result[service.name] = {}
        for name, entry in entries(variables_of(service, read), own).items():
            if name in own:
                continue
            if name in settings.env_secrets:
                written[name] = expressions.secret_reference(settings.env_secrets[name])
            elif entry.looks_secret and name not in settings.env_literals:
                unmapped[name] = entry.variable
            elif entry.value is None:
                unknown[entry.variable] = entry.unknown
            else:
                # As it is: omctl takes no `$` for a variable (it loads the file without interpolation).
                written[name] = entry.value
    found.problems += [_unknown(variable, names) for variable, names in unknown.items()]
    if unmapped:
        found.problems.append(_unmapped(tuple(unmapped.values())))
    found.raise_all()
    return result


def own_environment(service: Service) -> dict[str, str | None]:
    """The service's `environment` by name; a value that is not given is None."""
    return names_and_values(service.keys["environment"].value) if "environment" in service.keys else {}


def read_env_files(
    compose: Compose, files: frozenset[str], texts: Mapping[str, str], found: Findings
) -> dict[tuple[str, str], tuple[Variable, ...]]:
    """The variables of every env file, by path and format, each read once; what is wrong goes into `found`."""
    read: dict[tuple[str, str], tuple[Variable, ...]] = {}
    for service in compose.services:
        for one in service.env_files:
            key = path, kind = posixpath.normpath(one.path), one.format
            if key in read:
                continue
            read[key] = ()
            what = f"The env file of `{service.name}` "
            at = partial(Problem, file=compose.document.file, line=compose.document.line(service.keys["env_file"].key))
            if kind not in FORMATS:
                found.problems.append(at(what=what + "has an unknown format", value=kind, expected="`raw`, or none"))
            elif path in texts:
                read[key] = found.collect(partial(parse_env_file, texts[path], path, raw=kind == "raw")) or ()
            elif path in files or one.required:
                hint = "add it, or take `env_file` out"
                found.problems.append(at(what=what + "is missing or not readable as UTF-8", value=one.path, hint=hint))
    return read


def variables_of(service: Service, read: Mapping[tuple[str, str], tuple[Variable, ...]]) -> list[tuple[Variable, ...]]:
    """The variables of a service's env files, file by file, of all that `read_env_files` gave."""
    return [read[posixpath.normpath(one.path), one.format] for one in service.env_files]


def _expanded(text: str, values: Mapping[str, str | None]) -> tuple[str, tuple[str, ...]]:
    """The text with its variables replaced, and the names of those that have no value, or one that is not known."""
    known = {name: value for name, value in values.items() if value is not None}
    done, unknown, between, at = list[str](), list[str](), list[str](), 0
    for start, end in (*expressions.verbatim_spans(text), (len(text), len(text))):
        between.append(text[at:start])
        made, missing = interpolate(between[-1], known)
        done += [made, text[start:end]]
        unknown += missing
        at = end
    rest = "".join(between).replace("$$", "")
    unknown += [name for name in _NAMED.findall(rest) if name in values and name not in known]
    if _OPEN.search(rest):
        unknown.append("${")
    return "".join(done), tuple(dict.fromkeys(unknown))


def _unknown(variable: Variable, names: tuple[str, ...]) -> Problem:
    return Problem(
        what=f"The value of `{variable.name}` uses what has no value here",
        value=", ".join(names),
        file=variable.file,
        line=variable.line,
        expected="variables of the same file or of the service's `environment`: a release has no shell to look in",
        hint="write the value out, give a default as in ${NAME:-default}, or put single quotes around plain text",
    )


def _unmapped(variables: tuple[Variable, ...]) -> Problem:
    lines = "\n".join(f"    {_toml_key(v.name)} = {dumps(secret_name(v.name))}" for v in variables)
    names = ", ".join(dumps(v.name) for v in variables)
    return Problem(
        what=f"{len(variables)} variable(s) of env files look like secrets, and the settings do not say what they are",
        value=", ".join(f"{v.name} ({v.file}:{v.line})" for v in variables),
        file=variables[0].file,
        line=variables[0].line,
        expected="an Omnistrate secret for each, or its name in `env_literals` where it is none",
        hint=f"add to pyproject.toml, below [tool.slipway.env_secrets]:\n{lines}\n"
        f"  or, for those that are no secrets, below [tool.slipway]:\n    env_literals = [{names}]",
    )


def _toml_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else dumps(name)
