"""What the services of a compose file are with all that they extend and include, read by the proof itself."""

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ci.core.proof.canonical import REFERENCE, Other, Plain, Start, Tagged, Text, filled, from_top, long_form
from ci.core.proof.differences import REPORT
from ci.core.proof.document import Document
from ci.core.proof.meaning import Keys, Meaning, Tokens, text_of
from ci.core.proof.nodes import Mapping as MappingNode
from ci.core.proof.nodes import Node, Scalar, Sequence, deref
from ci.core.proof.over import bare, over
from ci.core.proof.read import read

Variables = Callable[[tuple[str, ...], str, int], Mapping[str, str]]
"""The variables of the env files of an include, for the file and the line of its entry."""
EXPECTED = "a compose file that two parsers read as the same"
_STRING = re.compile(r"[A-Za-z_/$]|\.{1,2}/")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})
_TAGS = frozenset({"!reset", "!override"})
_DEEPEST = 200
SECTIONS = frozenset({"services", "networks", "volumes", "secrets", "configs", "models"})
"""The top-level keys that an include brings along."""


@dataclass(frozen=True)
class Place:
    """The folder of a file's paths, and the values of its variables."""

    folder: str
    values: Mapping[str, str] = field(default_factory=dict)
    depth: int = 0
    included: Mapping[str, Plain] = field(default_factory=dict)
    """The services that the file includes, which its own may extend."""


@dataclass(frozen=True)
class Layers:
    """The files, by their paths from the top; two of these that are compared share `tokens`."""

    texts: Mapping[str, str]
    main: str
    variables: Variables
    tokens: Tokens
    project: Mapping[str, str]
    """The values of the main file's own variables, for paths that begin with one."""
    _read: dict[str, Meaning] = field(default_factory=dict)

    def meaning(self, path: str) -> Meaning:
        """A file's meaning."""
        if path not in self._read:
            document = read(self.texts[path], path, expected=EXPECTED, hint=REPORT)
            self._read[path] = Meaning(document, self.tokens)
        return self._read[path]

    def document(self) -> Document:
        """The main file."""
        return self.meaning(self.main).document

    def model(self) -> dict[str, dict[str, Plain]]:
        """The top-level sections of the main file, with those that it includes."""
        folder = posixpath.dirname(self.main)
        return _with_contexts(self._file(self.main, Place(folder)), folder)

    def plain(self, node: Node | None) -> Plain:
        """A node of the main file as plain values."""
        return self._plain(self.meaning(self.main), node, {})

    def own(self, name: str) -> dict[str, Plain]:
        """A service of the main file in its long form, without what it extends."""
        service = self.plain(self._section(self.main, "services").get(name))
        start = self._start(Place(posixpath.dirname(self.main)))
        return long_form(service, start) if isinstance(service, dict) else {}

    def service(self, path: str, name: str, place: Place) -> Plain:
        """A service in its long form, with all that it extends."""
        meaning = self.meaning(path)
        service = self._plain(meaning, self._section(path, "services").get(name), place.values)
        if not isinstance(service, dict):
            return service
        own = long_form({key: value for key, value in service.items() if key != "extends"}, self._start(place))
        extends = bare(service.get("extends"))
        keys = extends if isinstance(extends, dict) else {"service": extends}
        file, named = keys.get("file"), keys.get("service")
        if not isinstance(named, Text | Other) or place.depth > _DEEPEST:
            return bare(own)
        base = named.text
        deeper = replace(place, depth=place.depth + 1)
        if file is not None:
            path = self._path(file.text, place.folder)
            deeper = replace(deeper, folder=posixpath.dirname(path), included={})
        elif base in place.included:
            return over(place.included[base], own)
        return over(self.service(path, base, deeper), own)

    def _file(self, path: str, place: Place) -> dict[str, dict[str, Plain]]:
        meaning = self.meaning(path)
        root = meaning.keys(meaning.document.root)
        found: dict[str, dict[str, Plain]] = {}
        if "include" in root and place.depth <= _DEEPEST:
            entries = deref(root["include"])
            for entry in entries.items if isinstance(entries, Sequence) else ():
                for section, values in self._included(meaning, entry, place).items():
                    found.setdefault(section, {}).update(values)
        place = replace(place, included=dict(found.get("services", {})))
        for key, node in root.items():
            section, names = str(key), meaning.keys(node)
            if section == "services":
                values = {str(name): self.service(path, str(name), place) for name in names}
            elif section in SECTIONS:
                values = {
                    str(name): _resource(section, bare(self._plain(meaning, one, place.values)), self._start(place))
                    for name, one in names.items()
                }
            else:
                continue
            found.setdefault(section, {}).update(values)
        return found

    def _included(self, meaning: Meaning, entry: Node, place: Place) -> dict[str, dict[str, Plain]]:
        """The sections that one entry of `include` brings along."""
        value = self._plain(meaning, entry, place.values)
        keys = value if isinstance(value, dict) else {"path": value}
        files = [self._path(one, place.folder) for one in _texts(keys.get("path"))]
        project = [_joined(place.folder, one) for one in _texts(keys.get("project_directory"))]
        folder = project[0] if project else posixpath.dirname(files[0])
        env_files = tuple(_joined(place.folder, one) for one in _texts(keys.get("env_file")))
        default = (_joined(folder, ".env"),)
        document = meaning.document
        own = self.variables(env_files or default, document.file, document.line(entry.start))
        inner = Place(folder, {**own, **place.values}, place.depth + 1)
        found: dict[str, dict[str, Plain]] = {}
        for file in files:
            for section, values in self._file(file, inner).items():
                known = found.setdefault(section, {})
                known |= {name: over(known[name], one) if name in known else one for name, one in values.items()}
        return _with_contexts(found, folder)

    def _start(self, place: Place) -> Start:
        return Start(place.folder, {**self.project, **place.values})

    def _section(self, path: str, section: str) -> Keys:
        meaning = self.meaning(path)
        return meaning.keys(meaning.keys(meaning.document.root).get(section))

    def _path(self, path: str, folder: str) -> str:
        return _joined(folder, filled(path, {}))

    def _plain(self, meaning: Meaning, node: Node | None, values: Mapping[str, str]) -> Plain:
        """A node as plain values, its variables filled in."""
        if node is None:
            return None
        meant = deref(node)
        if meant.tag in _TAGS:
            return Tagged(str(meant.tag), self._plain(meaning, replace(meant, tag=None), values))
        if isinstance(meant, MappingNode):
            return {name: self._plain(meaning, one, values) for name, one in meaning.keys(meant).items()}
        if isinstance(meant, Sequence):
            return [self._plain(meaning, one, values) for one in meant.items]
        return _scalar(meant, values)


def _scalar(node: Scalar, values: Mapping[str, str]) -> Plain:
    if text_of(node) is None:
        return None
    names = {found["bare"] or found["name"] for found in REFERENCE.finditer(node.value)}
    if not names.isdisjoint(values):
        return Text(filled(node.value, values))
    is_string = bool(_STRING.match(node.value)) and node.value.lower() not in _WORDS
    if node.tag is None and (node.style or is_string):
        return Text(node.value)
    return Other(node.value, node.tag)


def _with_contexts(found: dict[str, dict[str, Plain]], folder: str) -> dict[str, dict[str, Plain]]:
    """The sections, in which each `build` names its context: the folder, if it named none."""
    for service in found.get("services", {}).values():
        build = service.get("build") if isinstance(service, dict) else None
        if isinstance(build, dict) and all(isinstance(key, str) for key in build):
            build.setdefault("context", Text(posixpath.normpath(folder or ".")))
    return found


def _texts(value: Plain) -> list[str]:
    return [one.text for one in (value if isinstance(value, list) else [value]) if isinstance(one, Text | Other)]


def _joined(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))


def _resource(section: str, value: Plain, start: Start) -> Plain:
    """A top-level resource with its paths from the top."""
    found: dict[str, Plain] = value if isinstance(value, dict) else {}
    if section in {"secrets", "configs"} and "file" in found:
        return {**found, "file": from_top(found["file"], start)}
    options = found.get("driver_opts")
    if section == "volumes" and isinstance(options, dict) and found.get("driver") == Text("local"):
        is_bind = options.get("o") == Text("bind") and "device" in options
        return {**found, "driver_opts": {**options, "device": from_top(options["device"], start)}} if is_bind else value
    return value
