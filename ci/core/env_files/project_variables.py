"""The values of a compose file's variables: what a release has in place of the shell and of compose's own `.env`.

Docker compose takes `${NAME}` from the shell, else from `.env` in the folder of the compose file. A release must be the
same on a laptop and in CI, so the shell is no part of it: its place have the settings `variables` and `env_secrets`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ci.core.compose.paths import from_top
from ci.core.env_files.entries import Entry, entries
from ci.core.env_files.secret_values import SecretValues
from ci.core.env_files.syntax import Variable, parse_env_file
from ci.core.expressions import secret_reference
from ci.core.secret_detection.detect import looks_secret
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError, Problem

DOTENV = ".env"
_NAMED = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True)
class ProjectVariables:
    """Variables by name.

    `plain` are all values as they are, `values` those that may be written, where a secret is an expression. `secrets`
    says why the others look like secrets: those that no setting names.
    """

    plain: Mapping[str, str] = field(default_factory=dict, repr=False)
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    """Of the file `.env`."""
    file: tuple[Variable, ...] = field(default=(), repr=False, compare=False)
    """The variables of `.env`, as it has them."""

    @property
    def known(self) -> dict[str, str | None]:
        """`values`, and None for each of `secrets`, whose value is not written, but keeps defaults from being used."""
        return {**self.values, **dict.fromkeys(self.secrets)}

    def mapped(self, settings: Settings) -> list[tuple[str, str]]:
        """The value of each variable that an Omnistrate secret replaces, and the secret."""
        return _mapped(self.plain, settings)

    def filled_in(self, texts: Iterable[str], settings: Settings) -> list[Entry]:
        """The variables of `.env` that an Omnistrate secret replaces in some texts of the compose file."""
        used = {name for text in texts for name in _NAMED.findall(text)} - settings.variables.keys()
        last = {one.name: one for one in self.file if one.name in used}
        secrets = {name: settings.env_secret("", name) for name in last}
        return [Entry(one, self.plain.get(name), (), secrets[name]) for name, one in last.items() if secrets[name]]


def project_env_file(compose_file: str) -> str:
    """Compose's own `.env`, from the top of the source."""
    return from_top(compose_file, DOTENV)


def project_variables(compose_file: str, texts: Mapping[str, str], settings: Settings) -> ProjectVariables:
    """The variables of a compose file; those of `.env` whose value is not known here are missing."""
    file, problems = tuple[Variable, ...](), tuple[Problem, ...]()
    path = project_env_file(compose_file)
    if path in texts:
        try:
            file = parse_env_file(texts[path], path)
        except ConfigurationError as error:
            problems = error.problems
    plain = _with(file, settings.variables)
    known = {name: secret_reference(secret) for name, secret in settings.common_secrets.items()}
    values = _with(file, {**settings.variables, **known})
    secrets = dict[str, str]()
    texts = {one.name: one.value for one in file if one.expands}
    known_values = SecretValues(_mapped(plain, settings))
    for name in plain:
        replaced = None if name in settings.env_literals else known_values.replaced(values[name])
        values[name] = replaced.text if replaced else values[name]
        reason = _reason(name, values[name], texts.get(name, ""), secrets, settings)
        if reason or (replaced and replaced.unclear):
            secrets[name] = reason or (replaced.unclear if replaced else "")
    written = {name: value for name, value in values.items() if name not in secrets}
    return ProjectVariables(plain, written, secrets, problems, file)


def _mapped(plain: Mapping[str, str], settings: Settings) -> list[tuple[str, str]]:
    return [(value, secret) for name, value in plain.items() if (secret := settings.env_secret("", name))]


def _with(file: tuple[Variable, ...], shell: Mapping[str, str]) -> dict[str, str]:
    """The variables of a `.env` with a known value, and over them those that take the shell's place."""
    found = entries([file], {}, shell)
    return {name: one.value for name, one in found.items() if one.value is not None} | dict(shell)


def _reason(name: str, value: str, text: str, secrets: Mapping[str, str], settings: Settings) -> str:
    """Why a variable looks like a secret that no setting names, or has one in it; `""` if it does not.

    `text` is the value as the file has it, `secrets` are those above.
    """
    if settings.env_secret("", name) or name in settings.env_literals:
        return ""
    inside = [one for one in _NAMED.findall(text) if one in secrets]
    return f"`{inside[0]}` is in it, and {secrets[inside[0]]}" if inside else looks_secret(name, value)
