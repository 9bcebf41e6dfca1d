"""What an image is built from, as far as the compose file, the settings and the Dockerfile say it."""

import json
import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ci.core.compose.paths import from_top, is_remote
from ci.core.images.context_paths import paths_of
from ci.core.images.copies import is_commit, unpinned
from ci.core.images.image import Image
from ci.core.images.stages import needed
from ci.core.settings.product import Settings

_CONTEXTS = "additional_contexts"
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
    build, options = image.build, _options(image)
    text = build.inline or texts.get(image.dockerfile, "")
    arguments = arguments_of(image, settings)
    contexts = {name: str(value) for name, value in _contexts(options.pop(_CONTEXTS, {})).items()}
    images = {name: value.removeprefix(_IMAGE) for name, value in contexts.items() if value.startswith(_IMAGE)}
    remote = {
        name: value
        for name, value in contexts.items()
        if name not in images and (_is_address(value) or _is_outside(from_top(settings.compose_file, value)))
    }
    folders = {
        name: from_top(settings.compose_file, value)
        for name, value in contexts.items()
        if name not in images and name not in remote
    }
    found = needed(text, build.target, arguments, settings.platform, contexts)
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
        options=tuple((name, json.dumps(value, sort_keys=True)) for name, value in sorted(options.items())),
        target=build.target,
        platform=settings.platform,
        compression=settings.compression,
        unknown=(
            *(f"`{name}` names a stage or an image by a variable without a known value" for name in found.unknown),
            *(
                f"ADD of {address} may change: give --checksum=sha256:… or, of a git repository, the full commit"
                for item in found.instructions
                if item.name == "ADD"
                for address in unpinned(item.value)
            ),
            *(
                f"the additional context {name}={value} may change: name a folder, an image or a full commit"
                for name, value in remote.items()
                if not is_commit(value)
            ),
            *(
                ()
                if settings.platform
                else ("the setting `platform` is empty: name one, since engines differ in theirs",)
            ),
        ),
        notes=() if paths is not None else (_whole(image, settings),),
    )


def arguments_of(image: Image, settings: Settings) -> dict[str, str]:
    """The build arguments of an image that have a value; without one the Dockerfile's own default holds."""
    values = {name: settings.build_args.get(name) if value is None else value for name, value in image.build.args}
    return {name: value for name, value in values.items() if value is not None}


def _ignore(image: Image, texts: Mapping[str, str]) -> str:
    """The text of the `.dockerignore` that holds: the Dockerfile's own, else the context's.

    Builders do not agree whether an empty one of the Dockerfile takes the place of the context's: then nothing is
    excluded, which is more.
    """
    own = f"{image.dockerfile}.dockerignore"
    if own in texts:
        return texts[own]
    return texts.get(posixpath.normpath(f"{image.context}/.dockerignore"), "")


def _options(image: Image) -> dict[str, object]:
    found: dict[str, object] = json.loads(image.build.other_values or "{}")
    return found


def _contexts(value: object) -> dict[str, object]:
    """`additional_contexts`, which compose allows as a mapping or as a list of `NAME=VALUE`."""
    if isinstance(value, list):
        return {name: address for name, _, address in (str(one).partition("=") for one in value)}
    return dict(value) if isinstance(value, dict) else {}


def _is_address(value: str) -> bool:
    return is_remote(value) or re.match(r"[a-z-]+:", value) is not None


def _is_outside(path: str) -> bool:
    return path == ".." or path.startswith(("../", "/"))


def _whole(image: Image, settings: Settings) -> str:
    if image.name in settings.full_contexts:
        return "all of its build context counts, since the setting `full_contexts` names it"
    return (
        "all of its build context counts, since its Dockerfile copies all of it, or names a path by a variable: what "
        "it does not need belongs in .dockerignore, such as VERSION and CHANGELOG.md"
    )
