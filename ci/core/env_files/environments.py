"""What each variable of an env file is written as in the `environment` of its services.

What omctl is given has no `env_file:`: with one, omctl calls a docker that its image does not have, and writes every
value into the plan (docs/omctl.md). So each variable becomes an entry of `environment`: the value that compose would
give it, or a reference to an Omnistrate secret if the setting `env_secrets` names one. A value with a secret in it has
the secret's expression there.
"""

from collections.abc import Mapping

from ci.core.compose.model import Compose
from ci.core.env_files import secret_problems
from ci.core.env_files.entries import Entry
from ci.core.env_files.files import EnvFiles, own_environment
from ci.core.env_files.project_variables import project_variables
from ci.core.env_files.secret_values import SecretValues
from ci.core.expressions import has_joined_secret, secret_reference
from ci.core.secret_detection.detect import looks_secret
from ci.core.settings.product import Settings
from ci.errors import Findings, Problem


def environments(
    compose: Compose, files: frozenset[str], texts: Mapping[str, str], settings: Settings
) -> dict[str, dict[str, str]]:
    """For each service with an `env_file`, the entries to add to its `environment`: name and value.

    A variable that the service's own `environment` has is not among them, since the own one wins.

    Raises:
        ConfigurationError: a file is missing or can't be read; a value is not known, or can't be written with the
            secret in it; a variable looks like a secret and the settings don't say what it is; one secret would have
            two values; an `environment` has a secret's value. The variables that look like secrets are one problem,
            with the lines to add; a message never has a value.
    """
    findings = Findings()
    read = EnvFiles(compose, files, texts, findings)
    project = project_variables(compose.document.file, texts, settings)
    known = project.known
    found = {one.name: read.entries(one, settings, known) for one in compose.services if one.env_files}
    own = {name: own_environment(compose, compose.by_name[name]) for name in found}
    added = {
        name: [entry for variable, entry in entries.items() if variable not in own[name]]
        for name, entries in found.items()
    }
    mapped = [(one.literal, one.secret) for entries in added.values() for one in entries]
    secrets = SecretValues([*mapped, *project.mapped(settings)])
    writing = _Writing(settings, secrets)
    result = {name: writing.values(name, entries) for name, entries in added.items()}
    findings.problems += writing.problems.values()
    replaced = [one.old for one in compose.original.replaced] if compose.original else []
    filled = {secret_problems.COMPOSE_FILE: project.filled_in(replaced, settings)}
    findings.problems += secret_problems.two_values({**filled, **added}, settings)
    findings.problems += secret_problems.unmapped(writing.unmapped)
    findings.problems += secret_problems.own_values(compose, secrets, settings)
    findings.raise_all()
    return result


class _Writing:
    """Decides what each entry is written as; `problems` and `unmapped` have those that can't be written."""

    def __init__(self, settings: Settings, secrets: SecretValues) -> None:
        self._settings, self._secrets = settings, secrets
        self._reasons: dict[tuple[str, str], str] = {}
        self.problems: dict[object, Problem] = {}
        """By variable: services that share a file have its problems once."""
        self.unmapped: list[secret_problems.Unmapped] = []

    def values(self, service: str, entries: list[Entry]) -> dict[str, str]:
        """The values of a service's variables, without those that can't be written."""
        found: dict[str, str] = {}
        for entry in entries:
            name = entry.variable.name
            if entry.secret:
                found[name] = secret_reference(entry.secret)
                continue
            text, reason = self._text(entry)
            if reason:
                self.unmapped.append(secret_problems.Unmapped(service, entry, reason))
            elif text is None:
                self.problems[entry.variable] = _unknown(entry)
            elif has_joined_secret(text):
                self.problems[entry.variable] = secret_problems.joined(entry.variable)
            else:
                found[name] = text  # with a `$` as it is: omctl loads the file without interpolation
        return found

    def _text(self, entry: Entry) -> tuple[str | None, str]:
        """An entry's value with the expressions of the secrets in it, None if it is not known; why it looks secret."""
        name, text = entry.variable.name, entry.value
        if name in self._settings.env_literals:
            return text, ""
        if text is not None and (replaced := self._secrets.replaced(text)):
            if replaced.unclear:
                return text, replaced.unclear
            text = replaced.text
        key = (name, entry.literal if text is None else text)
        if key not in self._reasons:
            self._reasons[key] = looks_secret(*key)
        return text, self._reasons[key]


def _unknown(entry: Entry) -> Problem:
    return Problem(
        what=f"The value of `{entry.variable.name}` uses variables that have no value here",
        value=", ".join(entry.unknown),
        file=entry.variable.file,
        line=entry.variable.line,
        expected="variables of the same file, of the service's `environment`, or of [tool.slipway.variables]",
        hint="write the value out, give a default as in ${NAME:-default}, or put single quotes around plain text; the "
        "shell is no part of a release",
    )
