"""Checks of a Dockerfile against its build context: the engine can read it, and what it copies exists."""

import posixpath
import re
from collections.abc import Iterator, Mapping

from ci.core.compose.paths import is_remote
from ci.core.images import dockerignore
from ci.core.images.build_variables import BuildVariables
from ci.core.images.copies import copied
from ci.core.images.dockerfile import directives, instructions
from ci.errors import Problem

# The frontends that the engine replaces by its own (dagger v0.21.8, `isKnownDockerfileSyntaxFrontend` in
# core/container.go); with any other it fails.
_FRONTEND = re.compile(
    r"(?:(?:index\.)?docker\.io/)?(?:docker|moby)/dockerfile(?:-upstream)?(?:[:@].*)?", re.IGNORECASE
)
_GIT_IGNORED = ".gitignore excludes"
_WILDCARD = re.compile(r"[*?\[]")


def is_known_frontend(syntax: str) -> bool:
    """Whether the value of `# syntax=` names a frontend that reads Dockerfiles as they are read here."""
    return _FRONTEND.fullmatch(syntax.partition(" ")[0]) is not None


def dockerfile_problems(
    text: str,
    file: str,
    context_files: frozenset[str],
    ignore: str = "",
    args: Mapping[str, str | None] | None = None,
    *,
    git_ignored: frozenset[str] = frozenset(),
    any_frontend: bool = False,
) -> Iterator[Problem]:
    """Problems of a Dockerfile: an unknown frontend, no `FROM`, or a `COPY` or `ADD` of a file that does not exist.

    `context_files` are the files of the build context, relative to it; `ignore` is the text of its `.dockerignore`;
    `args` are the build arguments; `git_ignored` are files and folders that are not among the files since a
    `.gitignore` names them; with `any_frontend` a Dockerfile for another frontend is not checked. A source is not
    checked if it has a variable whose value is known only in the build, or a wildcard, which may match nothing
    (`COPY package.json yarn.lock* ./`).
    """
    syntax = directives(text).get("syntax")
    if syntax and not is_known_frontend(syntax.value):
        if any_frontend:
            return
        yield Problem(
            what="The engine does not support this Dockerfile frontend",
            value=syntax.value,
            file=file,
            line=syntax.line,
            expected="no `# syntax=` line, or docker/dockerfile with any tag",
            hint="remove the line, and write what needs it in plain Dockerfile syntax; or build with BuildKit: "
            '`builder = "buildkit"` in [tool.slipway]',
        )
        return  # its syntax is not known
    found = instructions(text)
    if not any(item.name == "FROM" for item in found):
        yield Problem(
            what="The Dockerfile has no FROM",
            value=f"{len(found)} instruction(s)",
            file=file,
            line=1,
            expected="a FROM instruction that names the base image",
            hint="add FROM as the first instruction, such as `FROM python:3.11-slim`",
        )
    variables = BuildVariables({name: value for name, value in (args or {}).items() if value is not None})
    rules = dockerignore.rules(ignore)
    for item in found:
        variables.read(item)
        if item.name not in {"COPY", "ADD"}:
            continue
        for source in copied(item.value):
            path = variables.expand(source)
            if path is None or is_remote(path) or _WILDCARD.search(path):
                continue
            if reason := _reason(path, context_files, rules, git_ignored):
                yield Problem(
                    what=f"{item.name} names a path that {reason}",
                    value=source,
                    file=file,
                    line=item.line,
                    expected="a file or folder of the build context that neither .gitignore nor .dockerignore excludes",
                    hint="commit it and take it out of .gitignore, or let the Dockerfile make it; for a secret use "
                    "`build.secrets` and RUN --mount=type=secret"
                    if reason == _GIT_IGNORED
                    else "add it, or correct the path: it is relative to the context, not to the Dockerfile",
                )


def _reason(path: str, files: frozenset[str], rules: dockerignore.Rules, git_ignored: frozenset[str]) -> str:
    """Why a source can't be copied, `""` if it can."""
    name = posixpath.normpath(f"/{path}").strip("/")
    if not name:
        return ""
    parts = name.split("/")
    if any("/".join(parts[:length]) in files for length in range(1, len(parts))):
        return ""  # the path goes through a link to a folder, which a source lists as a file
    matches = [file for file in files if file == name or file.startswith(f"{name}/")]
    if not matches:
        ignored = any(f"{one}/".startswith(f"{name}/") or name.startswith(f"{one}/") for one in git_ignored)
        return _GIT_IGNORED if ignored else "does not exist"
    if all(dockerignore.is_ignored(file, rules) for file in matches):
        return ".dockerignore excludes"
    return ""
