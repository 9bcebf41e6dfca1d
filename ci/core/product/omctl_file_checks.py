"""Checks of the files that omctl reads beside the compose file: mounts, configs, secrets and embedded files."""

from collections.abc import Iterator

from ci.core.compose.model import Compose
from ci.core.compose.uses import build_secret_files, local_paths
from ci.core.omctl.loader import OMCTL_VARIABLE
from ci.core.product.source import IGNORED_HINT, Source
from ci.core.yaml.merges import effective
from ci.core.yaml.text import SourceText
from ci.errors import Problem


def missing_problems(compose: Compose, source: Source) -> Iterator[Problem]:
    """A problem for each file that omctl must read and that is not in the source."""
    for path, place in local_paths(compose).items():
        if place.required and not exists(path, source.files):
            yield Problem(
                what=f"A path that omctl reads beside the compose file {source.missing(path)}",
                value=path,
                file=place.file,
                line=place.line,
                expected="a file, or a folder with a file in it; omctl skips a missing mount without a message",
                hint=IGNORED_HINT
                if source.is_ignored(path)
                else f"add {path} to the source, or remove the entry that names it",
            )


def build_secret_problems(compose: Compose) -> Iterator[Problem]:
    """A problem for each secret of builds that omctl can't read past: one without a `file` in the source."""
    for name, path in build_secret_files(compose).items():
        if not path or path.startswith(("/", "../", "~")):
            yield Problem(
                what=f"omctl can't read the top-level secret `{name}`, which only builds use",
                value=path or f"{name} has no `file`",
                file=compose.document.file,
                line=compose.document.line(effective(compose.top_level["secrets"].value)[name].key),
                expected="a `file` in the source, which need not exist: omctl is given an empty one",
                hint=f"write `{name}: {{ file: ./{name} }}`, and give the value to the call: --build-secret "
                f"env://{name.upper()} (docs/build-secrets.md)",
            )


def reading_problems(compose: Compose, source: Source) -> Iterator[Problem]:
    """Problems of the text that omctl makes of the compose file: an embedded file or a variable that has no value.

    Without them it is not known what omctl would send.
    """
    original = compose.original
    if original is None:
        return
    for path, file, line in original.missing:
        yield Problem(
            what=f"An embedded file {source.missing(path)}",
            value=path,
            file=file,
            line=line,
            expected="a file of the source in UTF-8; a path is relative to the file that embeds it",
            hint=IGNORED_HINT if source.is_ignored(path) else f"add {path} to the source, or correct the path",
        )
    yield from original.problems
    # In a comment as well: omctl looks at the text. Not in embedded files: it replaces these before it embeds.
    for found in OMCTL_VARIABLE.finditer(original.text):
        yield SourceText(original.text, compose.document.file).problem_at(
            found.start(),
            "omctl replaces this variable from its environment, and a release has none of that name",
            value=found.group(),
            expected="a value that is the same on a laptop and in CI",
            hint="write the value out, or use a parameter or a secret of Omnistrate",
        )


def exists(path: str, files: frozenset[str]) -> bool:
    """Whether a path is a file of the source, or a folder with a file in it."""
    return path == "." or any(file == path or file.startswith(f"{path}/") for file in files)
