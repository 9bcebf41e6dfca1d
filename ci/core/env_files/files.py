"""The env files that the services of a compose file name, each read once."""

from collections.abc import Mapping
from functools import partial

from ci.core.compose.model import Compose, EnvFile, Service
from ci.core.compose.name_values import names_and_values
from ci.core.compose.paths import from_top
from ci.core.env_files.entries import Entry, entries
from ci.core.env_files.project_variables import DOTENV
from ci.core.env_files.syntax import Format, Variable, parse_env_file
from ci.core.expressions import secret_reference
from ci.core.settings.product import Settings
from ci.errors import Findings


class EnvFiles:
    """The variables of every env file of a compose file; the problems of the files are added to `findings`."""

    def __init__(
        self, compose: Compose, files: frozenset[str], texts: Mapping[str, str], findings: Findings | None = None
    ) -> None:
        """`files` are all paths of the source, `texts` the contents of those that were read."""
        self._compose, self._files, self._texts = compose, files, texts
        self._findings = findings or Findings()
        self._read: dict[tuple[str, str], tuple[Variable, ...]] = {}
        for service in compose.services:
            for one in service.env_files:
                key = self._key(one)
                if key not in self._read:
                    self._read[key] = self._variables(service, one)

    def of(self, service: Service) -> list[tuple[Variable, ...]]:
        """The variables of a service's env files, file by file."""
        return [self._read[self._key(one)] for one in service.env_files]

    def entries(self, service: Service, settings: Settings, project: Mapping[str, str | None]) -> dict[str, Entry]:
        """The variables of a service's env files with its own values, and the secrets that the settings have for it.

        `project` has what compose takes from the shell and its own `.env`.
        """
        files = self.of(service)
        if of_its_own := settings.service_secrets(service.name):
            project = {**project, **{name: secret_reference(secret) for name, secret in of_its_own.items()}}
        names = {one.name for file in files for one in file}
        secrets = {name: secret for name in names if (secret := settings.env_secret(service.name, name))}
        return entries(files, own_environment(self._compose, service), project, secrets)

    @property
    def names(self) -> frozenset[str]:
        """The names of the variables of all files."""
        return frozenset(variable.name for variables in self._read.values() for variable in variables)

    def _key(self, one: EnvFile) -> tuple[str, str]:
        return from_top(self._compose.document.file, one.path), one.format

    def _variables(self, service: Service, one: EnvFile) -> tuple[Variable, ...]:
        path, kind = self._key(one)
        report = partial(self._compose.document.problem, service.keys["env_file"].key)
        if kind not in tuple(Format):
            self._findings.problems.append(
                report(
                    f"An env file of `{service.name}` has an unknown format",
                    value=kind,
                    expected="`format: raw`, or no `format`",
                    hint="remove `format`",
                )
            )
        elif path in self._texts:
            return self._findings.collect(lambda: parse_env_file(self._texts[path], path, Format(kind))) or ()
        elif path == DOTENV and one.required:  # at the top (docs/decisions/0011-where-paths-start.md)
            self._findings.problems.append(
                report(
                    f"The env file of `{service.name}` is the `.env` at the top of the source, which is never read",
                    value=path,
                    expected="another file: that one holds the caller's own values, such as credentials",
                    hint=f"move what the service needs into a file that is committed, such as {service.name}.env, and "
                    "name that in `env_file`; values of ${NAME} go below [tool.slipway.variables] of pyproject.toml",
                )
            )
        elif path in self._files or one.required:
            self._findings.problems.append(
                report(
                    f"The env file of `{service.name}` is missing or not readable as UTF-8",
                    value=path,
                    expected="a file of the source in UTF-8, and none that .gitignore names",
                    hint="add the file, correct its path, or remove `env_file`; if .gitignore names it, take it out",
                )
            )
        return ()


def own_environment(compose: Compose, service: Service) -> dict[str, str | None]:
    """The `environment` of a service and of those that it extends, by name; the value is None where none is given."""
    found: dict[str, str | None] = {}
    for one in compose.ancestry(service):
        found |= names_and_values(one.keys["environment"].value) if "environment" in one.keys else {}
    return found
