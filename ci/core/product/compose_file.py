"""The compose file as omctl reads it: files embedded, and variables filled in where omctl runs `docker compose config`.

What is built, pinned and checked is this text. A template whose text the pin does not change stands in the pinned file
as it is written (`ci.core.pin.templates`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

from ci.core.compose.model import Compose, Original
from ci.core.compose.parse import compose_from
from ci.core.env_files.fill import Filling, fill
from ci.core.env_files.project_variables import project_variables
from ci.core.env_files.variable_problems import profile_problems, variable_problems
from ci.core.flatten.needed import may_need_others
from ci.core.omctl.embedding import Embedded, embed
from ci.core.omctl.loader import runs_docker
from ci.core.settings.product import Settings
from ci.core.yaml.document import Document
from ci.core.yaml.parse import read
from ci.core.yaml.text import Origin
from ci.errors import ConfigurationError, Problem


def read_compose(text: str, file: str, texts: Mapping[str, str], settings: Settings) -> Compose:
    """Read a compose file; `texts` are those of the source that were read, by path from its top.

    What it extends and includes of other files is written into it (`ci.core.flatten`), and counts as its own text then:
    omctl, which is given one file alone, makes nothing of the others. What can't be filled in is in
    `Original.problems`.

    Raises:
        ConfigurationError: it is not YAML, has no services, or has a form that is not supported; every such place.
    """
    embedded = embed(text, file, texts)
    if embedded.too_deep:
        raise ConfigurationError(*map(_too_deep, embedded.too_deep))
    origins = tuple(Origin(*line[1:]) for line in embedded.lines)
    project = project_variables(file, texts, settings)
    if may_need_others(embedded.text):
        from ci.core.env_files.include_variables import include_variables  # noqa: PLC0415 - few compose files need it
        from ci.core.flatten.flatten import flatten  # noqa: PLC0415 - as above

        of_includes = partial(include_variables, texts, settings)
        flat = flatten({**texts, file: embedded.text}, file, of_includes, origins, project.values)
        if flat:
            text, origins = flat
            embedded = Embedded(text, missing=embedded.missing)
    document = read(embedded.text, file, origins)
    filling = fill(document, project.known) if runs_docker(embedded.text) else Filling()
    templates = [(one.start, one.end, one.text) for one in embedded.templates]
    problems = [*project.problems, *variable_problems(document, filling, project)]
    if filling.edits:
        filled_text, templates = _applied(document, filling, templates)
        document = read(filled_text, file, origins)
    compose = compose_from(document, {**project.plain, **settings.build_args})
    if runs_docker(embedded.text):
        problems += profile_problems(compose, project.values)
    original = Original(
        text,
        files={path: texts[path] for path in embedded.files},
        missing=embedded.missing,
        variables=project.values,
        templates=tuple(templates),
        replaced=tuple(filling.replaced),
        problems=tuple(problems),
    )
    return replace(compose, original=original)


def _applied(
    document: Document, filling: Filling, templates: Iterable[tuple[int, int, str]]
) -> tuple[str, list[tuple[int, int, str]]]:
    """The text with all edits, and the places in it of the embedded texts that no edit touches."""
    parts, at = list[str](), 0
    left, moved = list[tuple[int, int, str]](), 0
    waiting = list(reversed(list(templates)))
    behind = len(document.text) + 1
    for start, end, new in [*filling.edits, (behind, behind, "")]:
        while waiting and waiting[-1][1] < start:
            begin, stop, template = waiting.pop()
            left.append((begin + moved, stop + moved, template))
        if waiting and waiting[-1][0] <= end:
            waiting.pop()
        parts += [document.text[at:start], new]
        moved += len(new) - (end - start)
        at = end
    return "".join(parts), left


def _too_deep(template: tuple[str, str, int]) -> Problem:
    path, file, line = template
    return Problem(
        what="Embedded files are nested too deep, or make too long a text; omctl would not end",
        value=f"{{{{ $file:{path} }}}}",
        file=file,
        line=line,
        expected="files that embed each other at most 20 times in a row, and none that embeds itself",
        hint="take the template out of one of them",
    )
