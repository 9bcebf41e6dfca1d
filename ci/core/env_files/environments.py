"""What each variable of an env file is written as in the `environment` of its services.

What omctl is given has no `env_file:`: with one, omctl calls a docker that its image does not have, and writes every
value into the plan (docs/omctl.md). So each variable becomes an entry of `environment`: the value that compose would
give it, or a reference to an Omnistrate secret if the setting `env_secrets` names one.
"""

from collections.abc import Mapping

from ci.core.compose.model import Compose
from ci.core.env_files.entries import Entry, entries
from ci.core.env_files.files import EnvFiles, own_environment
from ci.core.env_files.project_variables import project_variables
from ci.core.env_files.secret_names import secret_name
from ci.core.env_files.syntax import Variable
from ci.core.expressions import secret_reference
from ci.core.settings import toml
from ci.core.settings.product import Settings
from ci.errors import Findings, Problem


def environments(
    compose: Compose, files: frozenset[str], texts: Mapping[str, str], settings: Settings
) -> dict[str, dict[str, str]]:
    """For each service with an `env_file`, the entries to add to its `environment`: name and value.

    A variable that the service's own `environment` has is not among them, since the own one wins.

    Raises:
        ConfigurationError: a file is missing or can't be read, a value is not known, or a variable looks like a secret
            and the settings don't say what it is. The variables of the last kind are one problem, with the lines to
            add; a message never has a value.
    """
    findings, result = Findings(), dict[str, dict[str, str]]()
    unmapped: dict[str, Entry] = {}
    unknown = dict[Variable, Entry]()
    read = EnvFiles(compose, files, texts, findings)
    project = project_variables(compose.document.file, texts, settings).known
    for service in compose.services:
        if not service.env_files:
            continue
        own = own_environment(compose, service)
        added = result[service.name] = {}
        for name, entry in entries(read.of(service), own, project).items():
            if name in own:
                continue
            if name in settings.env_secrets:
                added[name] = secret_reference(settings.env_secrets[name])
            elif entry.looks_secret and name not in settings.env_literals:
                unmapped[name] = entry
            elif entry.value is None:
                unknown[entry.variable] = entry
            else:
                added[name] = entry.value  # with a `$` as it is: omctl loads the file without interpolation
    findings.problems += [_unknown(entry) for entry in unknown.values()]
    if unmapped:
        findings.problems.append(_unmapped(tuple(unmapped.values())))
    findings.raise_all()
    return result


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


def _unmapped(found: tuple[Entry, ...]) -> Problem:
    variables = [entry.variable for entry in found]
    lines = "\n".join(f"    {toml.key(v.name)} = {toml.string(secret_name(v.name))}" for v in variables)
    names = ", ".join(toml.string(v.name) for v in variables)
    return Problem(
        what=f"{len(variables)} variable(s) of env files look like secrets, and the settings don't say what they are",
        value=", ".join(f"{e.variable.name} ({e.variable.file}:{e.variable.line}: {e.looks_secret})" for e in found),
        file=variables[0].file,
        line=variables[0].line,
        expected="an Omnistrate secret for each, or its name in `env_literals` if it is not a secret",
        hint=f"add to pyproject.toml, below [tool.slipway.env_secrets]:\n{lines}\n"
        f"  or, for those that are not secrets, below [tool.slipway]:\n    env_literals = [{names}]",
    )
