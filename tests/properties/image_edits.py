"""Products of several images with a model of what each image reads, and random edits of them.

The model knows what a Dockerfile reads since it is where the Dockerfile is made from; it shares nothing with
`ci.core.images`, which reads the text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from random import Random

from ci.core.images.tree import Entry, EntryKind

FOLDERS = ("app", "app/core", "lib", "jobs/reader", "jobs/writer", "docs")
NAMES = ("a.py", "b.py", "c.txt", "README.md")
BASES = ("python:3.11-slim", "node:22", "debian:12")
LINK = "link"
"""The name of all links, which no path and no pattern names: what a path through a link reads has tests of its own."""


@dataclass(frozen=True)
class Read:
    """Something that an image reads of its context: `path` is a file, a folder, or a pattern in its last segment."""

    path: str
    how: str = "COPY"
    """`COPY`, `ADD`, or `RUN` with a bind mount."""

    def line(self) -> str:
        if self.how == "RUN":
            return f"RUN --mount=type=bind,source={self.path},target=/in cp -r /in /out"
        return f"{self.how} --chown=1:1 {self.path} /out/"

    def reads(self, path: str) -> bool:
        folder, _, last = self.path.rpartition("/")
        parts, depth = path.split("/"), self.path.count("/") + 1
        if len(parts) < depth or "/".join(parts[: depth - 1]) != folder:
            return self.path == "."
        return self.path == "." or fnmatchcase(parts[depth - 1], last)


@dataclass(frozen=True)
class Model:
    """An image: two stages, of which only the last one and what it needs are built."""

    base: str
    reads: tuple[Read, ...]
    tool: str = ""
    """The image of a stage that it copies from, which reads `tool_reads`."""
    tool_reads: tuple[Read, ...] = ()
    excluded: tuple[str, ...] = ()
    """Folders and files that its `.dockerignore` excludes."""
    arguments: tuple[tuple[str, str], ...] = ()
    comment: int = 0
    number: int = 0

    @property
    def dockerfile(self) -> str:
        """A stage that nothing needs comes first: what it reads, and its base image, are no inputs."""
        lines = ["FROM unused:1 AS unused", "COPY docs /x", f"FROM {self.tool or 'other:1'} AS tool"]
        lines += [one.line() for one in self.tool_reads]
        lines += [f"FROM {self.base}", f"# {self.comment}"]
        lines += [f"ARG {name}" for name, _ in self.arguments]
        lines += [one.line() for one in self.reads]
        lines += ["COPY --from=tool /out /tool"] if self.tool else []
        return "\n".join(lines) + "\n"

    @property
    def ignore(self) -> str:
        return "# nothing\n" * (self.number % 2) + "".join(f"{path}\n" for path in self.excluded)


@dataclass(frozen=True)
class World:
    """A product at one moment: its tree, its images, and what the names of base images stand for."""

    tree: Mapping[str, Entry]
    images: tuple[Model, ...]
    digests: Mapping[str, str] = field(default_factory=dict)

    def truth(self, image: Model) -> object:
        """All that an image is made of: two worlds in which it differs need two images, and no others do."""
        needed = (*image.reads, *(image.tool_reads if image.tool else ()))
        files = {
            path: one
            for path, one in self.tree.items()
            if any(read.reads(path) for read in needed)
            and not any(path == out or path.startswith(f"{out}/") for out in image.excluded)
        }
        bases = {name: self.digests[name] for name in (image.base, image.tool) if name}
        return files, bases, image.dockerfile, image.arguments


def worlds(random: Random, edits: int) -> Iterator[World]:
    """A random product, and the same after each of some random edits."""
    world = World(
        tree={path: _entry(path, random) for path in _paths(random)},
        images=tuple(_image(random, number) for number in range(random.randint(2, 4))),
        digests={name: f"sha256:{name}" for name in (*BASES, "unused:1", "other:1")},
    )
    yield world
    for _ in range(edits):
        world = _edited(world, random)
        yield world


def _paths(random: Random) -> set[str]:
    found = {f"{folder}/{random.choice(NAMES)}" for folder in FOLDERS for _ in range(3)}
    found |= {f"{folder}/{LINK}" for folder in random.sample(FOLDERS, 2)}
    return {*found, "VERSION", "CHANGELOG.md", "setup.py"}


def _entry(path: str, random: Random) -> Entry:
    if path.endswith(LINK):
        return Entry(EntryKind.LINK, random.choice(NAMES))
    return Entry(random.choice([EntryKind.FILE, EntryKind.EXECUTABLE]), f"{random.randrange(10**6):x}")


def _image(random: Random, number: int) -> Model:
    reads = tuple(_read(random) for _ in range(random.randint(1, 3)))
    tool = random.choice(["", *BASES])
    return Model(
        base=random.choice(BASES),
        reads=reads,
        tool=tool,
        tool_reads=(_read(random),),
        excluded=tuple(random.sample([*FOLDERS, "VERSION", "app/a.py"], random.randint(0, 2))),
        arguments=tuple((name, str(random.randrange(2))) for name in random.sample("AB", random.randint(0, 2))),
        number=number,
    )


def _read(random: Random) -> Read:
    folder = random.choice(FOLDERS)
    path = random.choice([folder, folder, f"{folder}/*.py", f"{folder}/?.*", "*.py", "app/co*", "VERSION", "."])
    if path in {"VERSION", "*.py"} or "*" in path:
        return Read(path, random.choice(["COPY", "ADD"]))
    return Read(path, random.choice(["COPY", "ADD", "RUN"]))


def _edited(world: World, random: Random) -> World:
    paths = sorted(world.tree)
    path = random.choice(paths)
    at = random.randrange(len(world.images))
    image = world.images[at]
    match random.randrange(10):
        case 0 | 1 | 2:
            return replace(world, tree={**world.tree, path: _entry(path, random)})
        case 3:
            new = f"{random.choice(FOLDERS)}/{random.choice([*NAMES, LINK])}"
            return replace(world, tree={**world.tree, new: _entry(new, random)})
        case 4:
            return replace(world, tree={one: entry for one, entry in world.tree.items() if one != path})
        case 5:
            name = random.choice([*BASES, "unused:1", "other:1"])
            return replace(world, digests={**world.digests, name: f"sha256:{random.randrange(10**6):x}"})
        case 6:
            changed = replace(image, comment=random.randrange(10**6))
        case 7:
            changed = replace(image, arguments=tuple((name, str(random.randrange(2))) for name, _ in image.arguments))
        case 8:
            changed = replace(image, reads=(*image.reads[1:], _read(random)))
        case _:
            changed = replace(image, excluded=tuple(random.sample(FOLDERS, random.randint(0, 2))))
    return replace(world, images=(*world.images[:at], changed, *world.images[at + 1 :]))
