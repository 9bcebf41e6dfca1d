"""The variables that an included compose file has of its own: those of the env files of its `include`."""

import re
from collections.abc import Mapping
from functools import partial

from ci.core.env_files.entries import Entry, entries, has_variables
from ci.core.env_files.secret_names import secret_name
from ci.core.env_files.secret_values import Replaced, SecretValues
from ci.core.env_files.syntax import parse_env_file
from ci.core.expressions import secret_reference
from ci.core.secret_detection.detect import looks_secret
from ci.core.settings import toml
from ci.core.settings.product import Settings
from ci.errors import Findings, Problem

_USED = re.compile(r"\$\{?([A-Za-z_]\w*)", re.ASCII)


def include_variables(
    texts: Mapping[str, str], settings: Settings, paths: tuple[str, ...], file: str, line: int
) -> dict[str, str]:
    """The values of the variables of env files that the files in `texts` use.

    `file` and `line` are of the entry of `include`. The value of one that is mapped to an Omnistrate secret is a
    reference to the secret.

    Raises:
        ConfigurationError: an env file can't be read, or a variable that is used looks like a secret and the settings
            don't say what it is, or has no known value.
    """
    findings = Findings()
    found = [findings.collect(partial(parse_env_file, texts[path], path)) for path in paths if path in texts]
    read = [one for one in found if one is not None]
    used = {name for text in texts.values() for name in _USED.findall(text)} if read else set()
    values: dict[str, str] = {}
    entries_ = entries(read, {}, secrets=settings.common_secrets)
    secrets = SecretValues((one.literal, one.secret) for one in entries_.values())
    for name, entry in entries_.items():
        if entry.secret:
            values[name] = secret_reference(entry.secret)
        elif name in used:
            text, reason = entry.value, ""
            if text is not None and name not in settings.env_literals:
                replaced = secrets.replaced(text) or Replaced(text)
                text, reason = replaced.text, replaced.unclear or looks_secret(name, replaced.text)
            if text is None or reason or has_variables(text):
                findings.problems.append(_problem(entry, reason, file, line))
            else:
                values[name] = text
    findings.raise_all()
    return values


def _problem(entry: Entry, reason: str, file: str, line: int) -> Problem:
    """`reason` is why the variable looks like a secret, `""` if it does not."""
    name, place = entry.variable.name, f"{entry.variable.file}:{entry.variable.line}"
    secret = f"{toml.key(name)} = {toml.string(secret_name(name))}"
    if reason:
        hint = (
            f"add to pyproject.toml, below [tool.slipway.env_secrets]: {secret}; or to [tool.slipway], if it is none: "
        )
        hint += f"env_literals = [{toml.string(name)}]"
    else:
        hint = "write the value out in the env file, without variables and dollar signs"
    return Problem(
        what=f"An included compose file uses `{name}`, whose value can't be written into the released file",
        value=f"{place}: {reason or 'its value has a variable or a dollar sign'}",
        file=file,
        line=line,
        expected="a plain value that is no secret, or an Omnistrate secret in its place",
        hint=hint,
    )
