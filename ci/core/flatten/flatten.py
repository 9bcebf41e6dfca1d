"""A compose file with what it extends and includes of other files written into its text.

omctl is given one file alone, so a service that `extends` one of another file gets its keys, as compose would merge
them, and what `include` brings along stands behind the file's own entries. Everything else of the text stays as it is,
and each part that is new has a comment which says where it is from. The result is read again and compared with what was
to be written, and then proven against the files by `ci.core.proof`, which has rules and a parser of its own.
"""

import posixpath
from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

from ci.core.flatten.include import Include, read_includes
from ci.core.flatten.load import (
    SECTIONS,
    Loader,
    Scope,
    Sections,
    Variables,
    add,
    base_of,
    env_file_of,
    is_elsewhere,
    path_of,
)
from ci.core.flatten.needed import may_need_others
from ci.core.flatten.problems import unmerged
from ci.core.flatten.sections import section_edits
from ci.core.flatten.services import ServiceEdits, extending
from ci.core.flatten.text import Edit, apply
from ci.core.flatten.tree import Place, read_value
from ci.core.proof.flat import prove_flat
from ci.core.yaml.document import Document
from ci.core.yaml.merges import effective
from ci.core.yaml.parse import read
from ci.core.yaml.text import Origin
from ci.errors import ConfigurationError, Findings


class Flat(NamedTuple):
    """The text of a compose file that needs no other one, and where each of its lines is from."""

    text: str
    origins: tuple[Origin, ...]


def other_files(texts: Mapping[str, str], main: str) -> frozenset[str]:
    """The files that the compose file and those in `texts` extend or include, with the env files of includes.

    Paths are from the top of the source. A file that can't be read as YAML names none.
    """
    if not may_need_others(texts.get(main, "")):
        return frozenset()
    found: set[str] = set()
    todo, seen = [(main, posixpath.dirname(main))], set[tuple[str, str]]()
    while todo:
        path, folder = todo.pop()
        if (path, folder) in seen or path not in texts:
            continue
        seen.add((path, folder))
        try:
            document = read(texts[path], path)
        except ConfigurationError:
            continue
        bases = {*_bases(document, folder)}
        todo += [(base, posixpath.dirname(base)) for base in bases]
        found |= bases
        for include in _includes(document):
            files = [one for name in include.paths if (one := _joined(folder, name))]
            project = _joined(folder, include.project_directory) if include.project_directory else None
            project = project or (posixpath.dirname(files[0]) if files else folder)
            env_files = [one for name in include.env_files if (one := _joined(folder, name))]
            todo += [(one, project) for one in files]
            found |= {*files, *(env_files or [env_file_of(project)])}
    return frozenset(found)


def flatten(
    texts: Mapping[str, str],
    main: str,
    variables: Variables,
    origins: tuple[Origin, ...] = (),
    project: Mapping[str, str] | None = None,
) -> Flat | None:
    """The compose file without another one; None if it extends and includes nothing of another file.

    `origins` are those of the main file's lines, if not all are its own. `project` are the values of its variables,
    with which a path may begin.

    Raises:
        ConfigurationError: a file or a service is missing, or something can't be written into the text exactly; the
            problems of all services.
    """
    if not may_need_others(texts[main]):
        return None
    document = read(texts[main], main, origins)
    loader = Loader(texts, main, variables, {main: document}, project or {})
    top_level = effective(document.root)
    extended = [*extending(loader.pairs(main, "services"))]
    services = ServiceEdits(loader, document, changed={pair.value for _, pair in extended})
    if not extended and "include" not in top_level:
        return None
    findings = Findings()
    for name, pair in extended:
        findings.collect(partial(services.add, name, pair))
    included: Sections = {}
    edits = services.edits
    if "include" in top_level:
        more = findings.collect(lambda: _included(loader, document, included))
        edits += more or []
    findings.raise_all()
    flat = Flat(*apply(document, edits))
    _check(loader, flat, services, included)
    prove_flat(texts, main, flat.text, variables, project or {})
    return flat


def _included(loader: Loader, document: Document, found: Sections) -> list[Edit]:
    """The edits of `include`; what is included is added to `found`."""
    include = effective(document.root)["include"]
    for one in read_includes(read_value(document, include.raw)):
        add(found, loader.included(one, Scope(loader.folder, trail=(loader.main,))))
    return section_edits(loader, document, found)


def _check(loader: Loader, flat: Flat, services: ServiceEdits, included: Sections) -> None:
    """Compare the result, read again, with what was to be written.

    Raises:
        ConfigurationError: they differ, such as where an anchor of a service is used elsewhere.
    """
    main, document = loader.main, read(flat.text, loader.main)
    result = Loader({}, main, loader.variables, {main: document})
    for section in SECTIONS:
        pairs = loader.pairs(main, section)
        known = services.expected if section == "services" else {}
        expected = {
            **included.get(section, {}),
            **{name: known.get(name) or read_value(loader.document(main), pair.raw) for name, pair in pairs.items()},
        }
        found = result.pairs(main, section)
        for name, value in expected.items():
            if name not in found or read_value(document, found[name].raw) != value or len(found) != len(expected):
                place = Place(main, loader.document(main).line(pairs[name].key)) if name in pairs else value.place
                raise unmerged(place, f"{section}.{name}", main)


def _bases(document: Document, folder: str) -> Iterator[str]:
    """The files of which services of a document extend one, from the top."""
    services = effective(document.root).get("services")
    for name, pair in extending(effective(services.value) if services else {}):
        try:
            file, _ = base_of(name, read_value(document, effective(pair.value)["extends"].raw))
        except ConfigurationError:
            continue
        if found := _joined(folder, file):
            yield found


def _includes(document: Document) -> list[Include]:
    """The entries of `include` of a document; none if they have another form."""
    include = effective(document.root).get("include")
    try:
        return [*read_includes(read_value(document, include.raw))] if include else []
    except ConfigurationError:
        return []


def _joined(folder: str, path: str) -> str | None:
    """A path from the top; None for one that is remote, absolute, or not known."""
    found = path_of(path)
    return None if not found or is_elsewhere(found) else posixpath.normpath(posixpath.join(folder, found))
