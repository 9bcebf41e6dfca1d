"""What an image is built from, as far as the compose file, the settings and the Dockerfile say it."""

import json
import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ci.core.compose.build_options import BuildOptions
from ci.core.compose.paths import from_top, is_remote
from ci.core.images.context_paths import paths_of
from ci.core.images.copies import is_commit, unpinned
from ci.core.images.dockerfile import Instruction, directives
from ci.core.images.dockerfile_checks import is_known_frontend
from ci.core.images.image import Image
from ci.core.images.stages import needed
from ci.core.settings.product import Settings

_IMAGE = "docker-image://"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What an image is built from, but for the files of its contexts and the digests of its base images."""

    identity: str = ""
    """The value of its label that names its product and Dockerfile."""
    dockerfile: str
    """Its path from the top of the source; `dockerfile_inline` for one in the compose file."""
    text: str
    context: str
    ignore: str
    """The text of the `.dockerignore` that holds for it."""
    paths: tuple[str, ...] | None
    """What it reads of its context; None for all of it."""
    images: tuple[str, ...]
    """Its base images, and those that it copies from."""
    folders: Mapping[str, str] = field(default_factory=dict)
    """Additional contexts that are folders: name -> path from the top of the source."""
    arguments: tuple[tuple[str, str], ...] = ()
    masked: frozenset[str] = frozenset()
    """The arguments whose values look like secrets, and are kept nowhere."""
    labels: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = ()
    ssh: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    target: str = ""
    platform: str = ""
    compression: str = ""
    unknown: tuple[str, ...] = ()
    """What may change without a change of the source, and what to do about it."""
    notes: tuple[str, ...] = ()
    """Where more counts than the build may read, and what to do about it."""


def recipe_of(
    image: Image, texts: Mapping[str, str], settings: Settings, identity: str = "", masked: Collection[str] = ()
) -> Recipe:
    """The recipe of an image; `texts` has its Dockerfile and the `.dockerignore`s, by their paths from the top.

    `identity` tells the image from those of other products and Dockerfiles, and `masked` are the arguments whose
    values look like secrets.
    """
    build, options = image.build, image.build.options
    text = build.inline or texts.get(image.dockerfile, "")
    arguments = arguments_of(image, settings)
    contexts = dict(options.contexts)
    images = {name: value.removeprefix(_IMAGE) for name, value in contexts.items() if value.startswith(_IMAGE)}
    folders = {
        name: from_top(settings.compose_file, value)
        for name, value in contexts.items()
        if name not in images and not is_remote(value)
    }
    platforms = options.platforms or tuple(filter(None, [settings.platform]))
    found = needed(text, build.target, arguments, platforms[0] if len(platforms) == 1 else "", contexts)
    paths = None if image.name in settings.full_contexts else paths_of(found.instructions)
    return Recipe(
        identity=identity,
        dockerfile="dockerfile_inline" if build.inline else image.dockerfile,
        text=text,
        context=image.context,
        ignore=_ignore(image, texts),
        paths=paths,
        images=tuple(sorted({*found.images, *images.values()})),
        folders=folders,
        arguments=tuple(sorted(arguments.items())),
        masked=frozenset(masked),
        labels=build.labels,
        secrets=tuple(sorted(one.id for one in build.secrets)),
        ssh=tuple(sorted(build.ssh)),
        options=tuple(_options(options)),
        target=build.target,
        platform=settings.platform,
        compression=settings.compression,
        unknown=(
            *(f"`{name}` names a stage or an image by a variable without a known value" for name in found.unknown),
            *_changing_addresses(found.instructions, contexts),
            *_unseen(text, options, platforms),
        ),
        notes=() if paths is not None else (_whole(image, settings),),
    )


def arguments_of(image: Image, settings: Settings) -> dict[str, str]:
    """The build arguments of an image that have a value; without one the Dockerfile's own default holds."""
    values = {name: settings.build_args.get(name) if value is None else value for name, value in image.build.args}
    return {name: value for name, value in values.items() if value is not None}


def _ignore(image: Image, texts: Mapping[str, str]) -> str:
    """The text of the `.dockerignore` that holds: the Dockerfile's own, else the context's.

    Builders do not agree whether an empty one of the Dockerfile takes the place of the context's, nor whether an inline
    Dockerfile has one of its own: then nothing is excluded, which is more.
    """
    own = f"{image.dockerfile}.dockerignore"
    if own in texts:
        return "" if image.build.inline else texts[own]
    return texts.get(posixpath.normpath(f"{image.context}/.dockerignore"), "")


def _options(options: BuildOptions) -> Iterator[tuple[str, str]]:
    """The options that change what is built, but for the contexts, which are inputs of their own."""
    values = {
        "network": options.network,
        "extra_hosts": options.hosts,
        "shm_size": options.shm_bytes,
        "ulimits": options.ulimits,
        "platforms": options.platforms,
    }
    for name, value in values.items():
        if value:
            yield name, json.dumps(value)


def _changing_addresses(items: Iterable[Instruction], contexts: Mapping[str, str]) -> Iterator[str]:
    """What is fetched from an address that may have another content tomorrow."""
    for item in items:
        for address in unpinned(item.value) if item.name == "ADD" else ():
            yield f"ADD of {address} may change: give --checksum=sha256:… or, of a git repository, the full commit"
    for name, value in contexts.items():
        if is_remote(value) and not value.startswith(_IMAGE) and not is_commit(value):
            yield f"the additional context {name}={value} may change: name a folder, an image or a full commit"


def _unseen(text: str, options: BuildOptions, platforms: tuple[str, ...]) -> Iterator[str]:
    """What the rule can't look into."""
    syntax = directives(text).get("syntax")
    if syntax and not is_known_frontend(syntax.value):
        yield f"what a Dockerfile for the frontend {syntax.value} reads is not known"
    if options.no_cache or options.no_cache_stages:
        yield "`no_cache` of its `build` says that it is built each time"
    if not platforms:
        yield "the setting `platform` is empty: name one, since engines differ in theirs"


def _whole(image: Image, settings: Settings) -> str:
    if image.name in settings.full_contexts:
        return "all of its build context counts, since the setting `full_contexts` names it"
    return (
        "all of its build context counts, since its Dockerfile copies all of it, or names a path by a variable: what "
        "it does not need belongs in .dockerignore, such as VERSION and CHANGELOG.md"
    )
