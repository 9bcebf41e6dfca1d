"""The services of compose files, with what they extend and include, as compose loads them.

The rules are those of compose-go v2.9.1 (loader/extends.go, loader/include.go): a base of another file is read without
that file's `include`, its paths start in its file's folder, and it is laid below the service that extends it. What a
file includes is loaded with a folder and variables of its own, and must not define anything anew.
"""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ci.core.compose.interpolation import interpolate
from ci.core.flatten.include import Include, fill, read_includes
from ci.core.flatten.merge import merge, without_overrides
from ci.core.flatten.problems import conflict, endless, missing_env_file, missing_file, missing_service, no_path, remote
from ci.core.flatten.rebase import Rebase, relative
from ci.core.flatten.tree import Keys, Leaf, Place, Value, check_keys, read_value, string
from ci.core.yaml import nodes
from ci.core.yaml.document import Document
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Pair
from ci.core.yaml.parse import read

SECTIONS = ("services", "volumes", "networks", "secrets", "configs", "models")
"""The top-level keys that an include brings along; compose ignores all others of an included file."""
MOST_FILES = 100
"""How many extends, or includes, may follow each other."""
Sections = dict[str, dict[str, Value]]
"""By top-level key and name."""
Variables = Callable[[tuple[str, ...], str, int], Mapping[str, str]]
"""The variables of the env files of an include, for the file and the line of its entry; paths are from the top."""


@dataclass(frozen=True)
class Scope:
    """Where values stand: the folder from the top at which their paths start, and the values of their variables.

    `trail` is what led there, to find a circle: services that extend each other, or files that include each other.
    """

    folder: str
    values: Mapping[str, str] = field(default_factory=dict)
    trail: tuple[str, ...] = ()
    included: Mapping[str, Value] = field(default_factory=dict)
    """The services that the file includes, which its own may extend."""


@dataclass(frozen=True)
class Loader:
    """Loads services; `main` is the compose file, `texts` has all files that were read, by their paths from the top."""

    texts: Mapping[str, str]
    main: str
    variables: Variables
    documents: dict[str, Document] = field(default_factory=dict)
    """The files that were parsed."""
    project: Mapping[str, str] = field(default_factory=dict)
    """The values of the compose file's own variables, for paths that begin with one."""

    @property
    def folder(self) -> str:
        """The folder of the compose file, from the top, to which the paths of all results are relative."""
        return posixpath.dirname(self.main)

    def document(self, path: str) -> Document:
        """A file, read once.

        Raises:
            ConfigurationError: it is not YAML.
        """
        if path not in self.documents:
            self.documents[path] = read(self.texts[path], path)
        return self.documents[path]

    def pairs(self, path: str, section: str) -> dict[str, Pair]:
        """The entries of a top-level mapping of a file, by name."""
        found = effective(self.document(path).root).get(section)
        return effective(found.value) if found else {}

    def service(self, path: str, name: str, scope: Scope) -> Value:
        """A service with all that it extends, without `extends`.

        Raises:
            ConfigurationError: what it extends is missing, or can't be merged.
        """
        found = fill(read_value(self.document(path), self.pairs(path, "services")[name].raw), scope.values)
        if not isinstance(found, Keys):
            return found
        own = Rebase(scope.folder, self.folder, {**self.project, **scope.values}).service(found)
        extends = own.items.get("extends")
        if extends is None:
            return without_overrides(own)
        own = own.with_items({key: value for key, value in own.items.items() if key != "extends"})
        file, base = base_of(name, extends)
        trail = (*scope.trail, f"{path}: {name}")
        if trail[-1] in scope.trail or len(trail) > MOST_FILES:
            raise endless(extends.place, trail)
        place = self.other(file, scope.folder, extends.place) if file else path
        folder = posixpath.dirname(place) if file else scope.folder
        included = {} if file else scope.included
        if base not in self.pairs(place, "services") and base not in included:
            raise missing_service(extends.place, name, base, place)
        below = included.get(base) or self.service(place, base, Scope(folder, scope.values, trail, included))
        return merge(below, own, ("services", name)) if isinstance(below, Keys) else without_overrides(own)

    def included(self, include: Include, scope: Scope) -> Sections:
        """What an include brings along.

        Raises:
            ConfigurationError: a file is missing, something is defined twice, or files include each other.
        """
        files = [self.other(one, scope.folder, include.place) for one in include.paths]
        folder = posixpath.dirname(files[0])
        if include.project_directory:
            folder = posixpath.normpath(posixpath.join(scope.folder, include.project_directory))
        trail = (*scope.trail, files[0])
        if files[0] in scope.trail or len(trail) > MOST_FILES:
            raise endless(include.place, trail)
        env_files = tuple(self._env_file(one, scope.folder, include.place) for one in include.env_files)
        own = self.variables(env_files or (env_file_of(folder),), *include.place)
        inner = Scope(folder, {**own, **scope.values}, trail)
        model: Value = Keys({})
        for file in files:
            found = {name: Keys(one) for name, one in self.sections(file, inner).items()}
            model = merge(model, Keys(dict[str, Value](found)), ())
        sections = model.items if isinstance(model, Keys) else {}
        result = {name: dict(one.items) for name, one in sections.items() if isinstance(one, Keys)}
        context = relative(folder, self.folder)
        for name, service in result.get("services", {}).items():
            result["services"][name] = _with_context(service, context)
        return result

    def sections(self, file: str, scope: Scope) -> Sections:
        """The sections of an included file, with what it includes and extends.

        Raises:
            ConfigurationError: as `included`.
        """
        found: Sections = {}
        top_level = effective(self.document(file).root)
        if "include" in top_level:
            for include in read_includes(fill(read_value(self.document(file), top_level["include"].raw), scope.values)):
                add(found, self.included(include, scope))
        included = dict(found.get("services", {}))
        for section in SECTIONS:
            self._check_keys(file, section)
            for name, pair in self.pairs(file, section).items():
                if section == "services":
                    value = self.service(file, name, Scope(scope.folder, scope.values, included=included))
                else:
                    value = without_overrides(fill(read_value(self.document(file), pair.raw), scope.values))
                    value = Rebase(scope.folder, self.folder, {**self.project, **scope.values}).resource(section, value)
                add(found, {section: {name: value}})
        return found

    def _env_file(self, path: str, folder: str, place: Place) -> str:
        """The path of an env file from the top. `.env` at the top has the caller's own values: none."""
        found = posixpath.normpath(posixpath.join(folder, path_of(path) or path))
        if found not in self.texts and found != env_file_of(""):
            raise missing_env_file(place, found)
        return found

    def _check_keys(self, file: str, section: str) -> None:
        """Refuse a section with a key that is an alias or a collection, such as an expression."""
        node = effective(self.document(file).root).get(section)
        if node and isinstance(node.value, nodes.Mapping):
            check_keys(self.document(file), node.value)

    def other(self, path: str, folder: str, place: Place) -> str:
        """The path from the top of a file that another one names.

        Raises:
            ConfigurationError: it was not read, since it is not in the source, or is remote.
        """
        found = path_of(path)
        if found is None:
            raise no_path(place, path)
        if is_elsewhere(found):
            raise remote(place, path, self.main)
        found = posixpath.normpath(posixpath.join(folder, found))
        if found not in self.texts:
            raise missing_file(place, path, found, self.main)
        return found


def base_of(name: str, extends: Value) -> tuple[str, str]:
    """The file, `""` for the same one, and the service that an `extends` names.

    Raises:
        ConfigurationError: it has another form.
    """
    keys: Mapping[str, Value] = extends.items if isinstance(extends, Keys) else {"service": extends}
    file, service = keys.get("file"), keys.get("service")
    if not isinstance(service, Leaf) or not isinstance(file, Leaf | None):
        raise missing_service(extends.place, name, "", "")
    return "" if file is None or file.null else file.value, service.value


def path_of(path: str) -> str | None:
    """A path with the defaults of its variables; None if one has no default."""
    found, unresolved = interpolate(path, {})
    return None if unresolved else found


def is_elsewhere(path: str) -> bool:
    """Whether a path is not of a file of the source: remote, such as `oci://…` or a git repository, or absolute."""
    return "://" in path or path.startswith(("git@", "github.com/", "/", "~"))


def env_file_of(folder: str) -> str:
    """The env file that an include has if it names none."""
    return posixpath.normpath(posixpath.join(folder, ".env"))


def add(found: Sections, more: Sections) -> None:
    """Add what an include brings along; the same thing twice is one.

    Raises:
        ConfigurationError: one name has two meanings.
    """
    for section, values in more.items():
        known = found.setdefault(section, {})
        for name, value in values.items():
            if known.setdefault(name, value) != value:
                raise conflict(value.place, section, name, known[name].place)


def _with_context(service: Value, context: str) -> Value:
    """A service whose `build` names its context, which is the included file's folder if it names none."""
    build = service.items.get("build") if isinstance(service, Keys) else None
    if context == "." or not isinstance(service, Keys) or not isinstance(build, Keys) or "context" in build.items:
        return service
    named = build.with_items({"context": string(context, build.place), **build.items})
    return service.with_items({**service.items, "build": named})
