"""Checks of what each image is built from: the keys of `build`, the build context and the Dockerfile."""

from collections.abc import Iterator
from functools import partial

from ci.core.compose.paths import is_remote
from ci.core.env_files.build_arguments import secret_arguments
from ci.core.images.dockerfile_checks import dockerfile_problems
from ci.core.images.image import Image
from ci.core.product.build_option_checks import option_problems
from ci.core.product.source import IGNORED_HINT, Source
from ci.core.settings import toml
from ci.core.settings.product import BuilderKind, Settings
from ci.core.settings.read import FILE
from ci.errors import Problem


def build_problems(images: tuple[Image, ...], source: Source, settings: Settings) -> Iterator[Problem]:
    """The problems of all images, each once."""
    yield from dict.fromkeys(
        problem
        for image in images
        for problem in (
            *option_problems(image, source, settings),
            *_key_problems(image, settings),
            *_tree_problems(image, source, settings),
        )
    )


def _key_problems(image: Image, settings: Settings) -> Iterator[Problem]:
    problem = partial(Problem, file=settings.compose_file, line=image.line)
    if other := [one for one in image.build.ssh if one != "default"]:
        yield problem(
            what=f"`build.ssh` of `{image.services[0]}` names another agent than `default`",
            value=", ".join(other),
            expected="`ssh: [default]`, since a call has one SSH agent",
            hint="use the agent `default`, with all keys in it: RUN --mount=type=ssh",
        )
    yield from _secret_arguments(image, settings)
    if image.build.unresolved:
        yield problem(
            what=f"`build` of `{image.services[0]}` has variables without a value",
            value=", ".join(image.build.unresolved),
            expected="a value for each, the same on a laptop and in CI, or a default: ${NAME:-default}",
            hint=f"set them in {FILE}, below [tool.slipway.build_args]",
        )


def _secret_arguments(image: Image, settings: Settings) -> Iterator[Problem]:
    """A problem for each build argument that looks like a secret: its value stays in the image's history."""
    given = [(name, settings.build_args.get(name) if value is None else value) for name, value in image.build.args]
    for name, reason in secret_arguments(given, settings.env_literals):
        yield Problem(
            what=f"The build argument `{name}` of `{image.services[0]}` looks like a secret, and would stay in the "
            "image's history",
            value=reason,
            file=settings.compose_file,
            line=image.line,
            expected="a secret in `build.secrets`, which is in no layer",
            hint=f"in the `build` write `secrets: [{name.lower()}]`, in the top-level `secrets` "
            f"`{name.lower()}: {{ file: ./{name.lower()} }}`, and in the Dockerfile RUN --mount=type=secret,"
            f"id={name.lower()}; give --build-secret env://{name} (docs/build-secrets.md). If it is no secret: "
            f"env_literals = [{toml.string(name)}] in [tool.slipway]",
        )


def _tree_problems(image: Image, source: Source, settings: Settings) -> Iterator[Problem]:
    problem = partial(Problem, file=settings.compose_file, line=image.line)
    context, first = image.context, image.services[0]
    if context == ".." or context.startswith(("/", "../")) or is_remote(context):
        yield problem(
            what=f"The build context of `{first}` is outside the source",
            value=image.build.context,
            expected="a folder of the source",
            hint="move the folder into the source, and correct `context`",
        )
        return
    inside = "" if context == "." else f"{context}/"
    files = source.below(context)
    if not files:
        yield problem(
            what=f"The build context of `{first}` is missing or empty",
            value=image.build.context,
            expected="a folder with a file in it, relative to the compose file",
            hint="correct `context`, or add the folder",
        )
        return
    if image.build.inline:
        text: str | None = image.build.inline
        file = f"{settings.compose_file} (`dockerfile_inline` of `{first}`)"
    elif image.dockerfile not in source.files:
        yield problem(
            what=f"The Dockerfile of `{first}` {source.missing(image.dockerfile)}",
            value=image.dockerfile,
            expected="a path relative to the build context",
            hint=IGNORED_HINT if source.is_ignored(image.dockerfile) else "add the file, or correct `dockerfile`",
        )
        return
    else:
        text, file = source.texts.get(image.dockerfile), image.dockerfile
    if text is None:
        yield Problem(
            what=f"The Dockerfile of `{first}` is not readable as UTF-8",
            value=file,
            file=file,
            expected="text in UTF-8",
            hint=f"save {file} as UTF-8",
        )
        return
    # The engine ignores an empty one as well (v0.21.8, applyDockerIgnore in core/schema/directory.go).
    ignore = source.texts.get(f"{image.dockerfile}.dockerignore") or source.texts.get(f"{inside}.dockerignore", "")
    args = {arg: settings.build_args.get(arg) if value is None else value for arg, value in image.build.args}
    ignored = frozenset(path.removeprefix(inside) for path in source.ignored if path.startswith(inside))
    any_frontend = settings.builder is BuilderKind.BUILDKIT
    yield from dockerfile_problems(text, file, files, ignore, args, git_ignored=ignored, any_frontend=any_frontend)
