"""Problems of variables that omctl would fill in from a shell, and of services that docker compose would leave out."""

from collections.abc import Iterator, Mapping

from ci.core.compose.model import Compose
from ci.core.env_files.fill import Filling, read_values
from ci.core.env_files.project_variables import ProjectVariables, project_env_file
from ci.core.env_files.secret_names import secret_name
from ci.core.omctl.types import refuses_variable
from ci.core.settings import toml
from ci.core.yaml.document import Document
from ci.core.yaml.values import plain
from ci.errors import Problem


def variable_problems(document: Document, filling: Filling, project: ProjectVariables) -> Iterator[Problem]:
    """One problem for all variables without a value, one for those that look like secrets, one for each other kind.

    The shell is no part of a release, so an empty value, which docker compose takes with a warning, is nothing that
    anyone has decided.
    """
    yield from filling.problems
    missing = filling.missing
    secrets = [name for name in missing if name in project.secrets]
    unknown = [name for name in missing if name not in project.secrets]
    if unknown:
        lines = "\n".join(f'    {toml.key(name)} = "…"' for name in unknown)
        yield document.problem_at(
            missing[unknown[0]][0],
            f"{len(unknown)} variable(s) have no value in the source, and omctl would take the shell's",
            value=_places(document, missing, unknown),
            expected="a value that is the same on a laptop and in CI, or a default: ${NAME:-default}",
            hint=f"add to pyproject.toml, below [tool.slipway.variables]:\n{lines}\n"
            f"  or {_dotenv(project_env_file(document.file))}; ${{NAME:-}} is empty",
        )
    if secrets:
        lines = "\n".join(f"    {toml.key(name)} = {toml.string(secret_name(name))}" for name in secrets)
        names = ", ".join(toml.string(name) for name in secrets)
        yield document.problem_at(
            missing[secrets[0]][0],
            f"{len(secrets)} variable(s) look like secrets, and would be written into the pinned file",
            value=", ".join(f"{name} ({project.secrets[name]})" for name in secrets),
            expected="an Omnistrate secret for each, or its name in `env_literals` if it is not a secret",
            hint=f"add to pyproject.toml, below [tool.slipway.env_secrets]:\n{lines}\n"
            f"  or, for those that are not secrets, below [tool.slipway]:\n    env_literals = [{names}]",
        )
    if filling.escaped:
        lines = ", ".join(str(document.line_number(at)) for at in filling.escaped)
        yield document.problem_at(
            filling.escaped[0],
            "omctl takes `$${NAME}` for a dollar sign and a variable's value; docker compose means the text `${NAME}`",
            value=f"line {lines}" if len(filling.escaped) == 1 else f"lines {lines}",
            expected="a value that means the same to both",
            hint="move a command that needs the container's own variables into a script of its image; or take "
            "`env_file` out of the compose file, comments included, and write $NAME, which omctl then leaves as it is",
        )


def refused_variables(compose: Compose) -> Iterator[Problem]:
    """One problem for all values that omctl can't parse, since they have variables that nothing fills in.

    It refuses the source as well; without this, a release would find out after all builds.
    """
    document = compose.document
    if "${" not in document.text:
        return
    found = [
        scalar.start
        for scalar, path, _ in read_values(document)
        if "${" in scalar.value and refuses_variable(path, scalar.value)
    ]
    if found:
        yield document.problem_at(
            found[0],
            f"omctl refuses {len(found)} value(s) with variables, which nothing fills in",
            value="line " + ", ".join(str(document.line_number(at)) for at in found),
            expected="values without variables where compose parses them: ports, sizes, durations, numbers, booleans, "
            "and the source of a short volume",
            hint="write the values out; omctl itself fills in variables only for a file with `env_file:`",
        )


def profile_problems(compose: Compose, variables: Mapping[str, str]) -> Iterator[Problem]:
    """A problem for each service that `docker compose config` leaves out, since none of its profiles is active."""
    active = {name for part in variables.get("COMPOSE_PROFILES", "").split(",") if (name := part.strip())}
    if "*" in active:
        return
    for service in compose.services:
        found = service.keys.get("profiles")
        names = plain(found.raw) if found else None
        if found and isinstance(names, list) and names and not active.intersection(names):
            yield compose.document.problem(
                found.key,
                f"Service `{service.name}` would be released, and omctl leaves it out today: its profile is not active",
                value=", ".join(map(str, names)),
                expected="a service without `profiles`, or a profile that the release activates",
                hint=f'to release it, add COMPOSE_PROFILES = "{names[0]}" to [tool.slipway.variables]; '
                "to leave it out, move it to a compose file of its own",
            )


def _dotenv(path: str) -> str:
    """What can be done with compose's own `.env`; that at the top of the source is not read."""
    return (
        f"to {path}, committed" if "/" in path else "move the compose file to a folder, and commit a `.env` beside it"
    )


def _places(document: Document, missing: Mapping[str, list[int]], names: list[str]) -> str:
    return ", ".join(f"{name} (line {document.line_number(missing[name][0])})" for name in names)
