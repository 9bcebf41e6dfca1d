"""The variables of a service's `env_file`, and how each is written into its `environment`.

What omctl is handed holds no `env_file:`: with one, omctl calls a docker that its image does not have, and bakes every
value into the plan (facts of omctl v1.10.5, `cmd/build`). So each variable becomes an entry of `environment`: the value
as it is, or a reference to an Omnistrate secret where `env_secrets` of the settings names one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO

from dotenv.parser import parse_stream

from ci.errors import ConfigurationError, Problem

_SECRET_NAME = re.compile(
    r"(^|_)(PASS|PASSWD|PASSWORD|PASSPHRASE|TOKEN|KEY|APIKEY|SECRET|SECRETS|CREDENTIALS?|DSN|PAT|PRIVATE)(_|$)|PASSWORD|SECRET",
    re.IGNORECASE,
)
_URL_WITH_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@", re.IGNORECASE)


@dataclass(frozen=True)
class Variable:
    """A line `NAME=value` of an env file; `line` counts from 1."""

    name: str
    value: str
    file: str
    line: int


def parse_env_file(text: str, file: str) -> tuple[Variable, ...]:
    """The variables of an env file, the last of a name winning as in compose.

    Raises:
        ConfigurationError: a line is no `NAME=value`; all such lines.
    """
    found: dict[str, Variable] = {}
    problems = []
    for binding in parse_stream(StringIO(text.removeprefix("\ufeff"))):
        original = binding.original.string  # with the empty lines above it
        line = binding.original.line + len(
            re.findall(r"\r\n|\r|\n", original[: len(original) - len(original.lstrip())])
        )
        if binding.error or (binding.key is not None and binding.value is None):
            problems.append(
                Problem(
                    what="Not a variable",
                    file=file,
                    line=line,
                    right="NAME=value",
                    do="mend or remove the line",
                )
            )
        elif binding.key is not None:
            found[binding.key] = Variable(binding.key, binding.value or "", file, line)
    if problems:
        raise ConfigurationError(*problems)
    return tuple(found.values())


def looks_secret(variable: Variable) -> bool:
    """Whether the name or the value is one that people give to secrets."""
    return bool(_SECRET_NAME.search(variable.name) or _URL_WITH_PASSWORD.search(variable.value))


def environment_values(
    variables: tuple[Variable, ...], secrets: Mapping[str, str], literals: frozenset[str] = frozenset()
) -> dict[str, str]:
    """What each variable is written as: its value, or `{{ $secrets.NAME }}` for those that `secrets` maps.

    `literals` are names that look secret and are not.

    Raises:
        ConfigurationError: names that look secret are in neither; all in one message, with the lines to add, and never
            with a value.
    """
    unknown = [v for v in variables if looks_secret(v) and v.name not in secrets and v.name not in literals]
    if unknown:
        lines = "\n".join(f'    {v.name} = "{_camel(v.name)}"' for v in unknown)
        raise ConfigurationError(
            Problem(
                what=f"{len(unknown)} variable(s) look like secrets, and the settings do not say what they are",
                value=", ".join(f"{v.name} ({v.file}:{v.line})" for v in unknown),
                file=unknown[0].file,
                line=unknown[0].line,
                right="a mapping to an Omnistrate secret, or a name in `env_literals`",
                do=f"add to pyproject.toml, below [tool.slipway.env_secrets]:\n{lines}",
            )
        )
    # A `$` in a value is text; omctl's loader would read it as a variable, and `$$` is how it is told not to.
    return {
        v.name: f"{{{{ $secrets.{secrets[v.name]} }}}}" if v.name in secrets else v.value.replace("$", "$$")
        for v in variables
    }


def _camel(name: str) -> str:
    head, *rest = [part for part in name.lower().split("_") if part] or [name.lower()]
    return head + "".join(part.capitalize() for part in rest)
