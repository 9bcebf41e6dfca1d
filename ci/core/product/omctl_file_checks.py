"""Checks of the files that omctl reads beside the compose file: mounts, configs, secrets and embedded files."""

import re
from collections.abc import Iterator
from functools import partial

from ci.core.compose.model import Compose
from ci.core.compose.paths import from_top
from ci.core.compose.uses import build_secret_files, local_paths
from ci.core.product.source import IGNORED_HINT, Source
from ci.core.yaml.merges import effective
from ci.core.yaml.templates import embedded
from ci.errors import Problem

_BUILD = re.compile(r"""^[ \t]*["']?build["']?[ \t]*:.*$""", re.MULTILINE)


def missing_problems(compose: Compose, source: Source) -> Iterator[Problem]:
    """A problem for each file that omctl must read and that is not in the source."""
    for path, (line, required) in local_paths(compose).items():
        if required and not exists(path, source.files):
            yield Problem(
                what=f"A path that omctl reads beside the compose file {source.missing(path)}",
                value=path,
                file=compose.document.file,
                line=line,
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


def embedded_problems(compose: Compose, source: Source) -> Iterator[Problem]:
    """Problems of the files that omctl puts in place of `{{ $file:PATH }}`.

    The pin does not reach into them, so they must have no `build`; and a file that they embed would not be found.
    """
    file = compose.document.file
    for path, line in embedded(compose.document.text):
        text = source.texts.get(from_top(file, path), "")
        problem = partial(Problem, file=file, line=line)
        if found := _BUILD.search(text):
            yield problem(
                what="An embedded file has a `build`, which the pin does not reach",
                value=f"{{{{ $file:{path} }}}}: {found.group().strip()}",
                expected="every `build` in the compose file itself",
                hint=f"move the service with this `build` from {path} to {file}",
            )
        for inner, inner_line in embedded(text):
            yield problem(
                what="An embedded file embeds another file, which is not supported",
                value=f"{{{{ $file:{path} }}}}, line {inner_line}: {{{{ $file:{inner} }}}}",
                expected="every embedded file named in the compose file itself",
                hint=f"copy the text of {inner} into {path}",
            )


def exists(path: str, files: frozenset[str]) -> bool:
    """Whether a path is a file of the source, or a folder with a file in it."""
    return path == "." or any(file == path or file.startswith(f"{path}/") for file in files)
