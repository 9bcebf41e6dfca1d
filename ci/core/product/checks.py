"""What can be known of a source tree before anything is built from it."""

import posixpath
from collections.abc import Iterator, Mapping
from functools import partial

from ci.core.compose.model import LOCAL_KEYS
from ci.core.images import dockerfile
from ci.core.images.names import Image
from ci.core.settings.product import Settings
from ci.errors import Problem


def sidecars(settings: Settings, images: tuple[Image, ...]) -> Iterator[Problem]:
    """Own sidecars of the settings whose image the product does not build."""
    names = [image.name for image in images]
    for sidecar, image in settings.sidecars.items():
        if names and image not in names:
            yield Problem(
                what=f"The setting `sidecars` says that `{sidecar}` runs an image that the product has not",
                value=image,
                expected="one of " + ", ".join(names),
                hint="mend [tool.slipway.sidecars]",
            )


def tree(
    images: tuple[Image, ...],
    mounts: Mapping[str, tuple[int, bool]],
    files: frozenset[str],
    texts: Mapping[str, str],
    settings: Settings,
) -> Iterator[Problem]:
    """What is missing in the source tree: contexts, Dockerfiles, what they copy, and what omctl is to read."""
    yield from dict.fromkeys(problem for image in images for problem in _image(image, files, texts, settings))
    for path, (line, required) in mounts.items():
        if required and not exists(path, files):
            yield Problem(
                what="What omctl is to read beside the compose file is not there",
                value=path,
                file=settings.compose_file,
                line=line,
                expected="a file or a folder with a file in it, beside the compose file",
                hint="add it, or take out what names it: a missing mount omctl passes over without a word",
            )


def _image(image: Image, tree: frozenset[str], texts: Mapping[str, str], settings: Settings) -> Iterator[Problem]:
    context = posixpath.normpath(image.build.context)
    inside = "" if context == "." else f"{context}/"
    files = frozenset(path.removeprefix(inside) for path in tree if path.startswith(inside))
    found = partial(Problem, file=settings.compose_file, line=image.line)
    if image.build.other_keys:
        refused = sorted(set(image.build.other_keys) - LOCAL_KEYS)
        if refused:
            yield found(
                what=f"`build` of `{image.services[0]}` asks for what the engine's build does not do",
                value=", ".join(refused),
                expected="context, dockerfile, dockerfile_inline, target, args, labels",
                hint="take the key out, or do it in the Dockerfile",
            )
    if image.build.unresolved:
        yield found(
            what=f"`build` of `{image.services[0]}` has variables without a value",
            value=", ".join(image.build.unresolved),
            expected="a value for each, the same on a laptop and in CI, or a default: ${NAME:-default}",
            hint="write them into [tool.slipway.build_args]",
        )
    if context == ".." or context.startswith(("/", "../")) or "://" in image.build.context:
        yield found(
            what=f"The build context of `{image.services[0]}` is outside the source",
            value=image.build.context,
            expected="a folder beside the compose file",
            hint="mend the path, or move the folder there",
        )
        return
    if not files:
        yield found(
            what=f"The build context of `{image.services[0]}` is missing or empty",
            value=image.build.context,
            expected="a folder beside the compose file",
            hint="mend the path",
        )
        return
    name = image.dockerfile
    if image.build.inline:
        text: str | None = image.build.inline
        name = f"{settings.compose_file} (`dockerfile_inline` of `{image.services[0]}`)"
    elif image.dockerfile not in tree:
        yield found(
            what=f"The Dockerfile of `{image.services[0]}` is not there",
            value=image.dockerfile,
            expected="a path relative to the build context",
            hint="add it, or mend `dockerfile`",
        )
        return
    else:
        text = texts.get(image.dockerfile)
    if text is None:
        yield Problem(what="Not readable as UTF-8", file=image.dockerfile, hint="save it as UTF-8")
        return
    # One that is empty is passed over, as the engine does (v0.21.8, applyDockerIgnore of core/schema/directory.go).
    ignore = texts.get(f"{image.dockerfile}.dockerignore") or texts.get(f"{inside}.dockerignore", "")
    args = {arg: settings.build_args.get(arg) if value is None else value for arg, value in image.build.args}
    yield from dockerfile.check(text, name, files, ignore, args)


def exists(path: str, files: frozenset[str]) -> bool:
    """Whether a path is a file of the tree or a folder with a file in it."""
    name = posixpath.normpath(path)
    return name == "." or any(file == name or file.startswith(f"{name}/") for file in files)
