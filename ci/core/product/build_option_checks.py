"""Checks of the keys of `build` that say how an image is built."""

from collections.abc import Iterator
from functools import partial

from ci.core.compose.build_options import KNOWN_KEYS, used_options
from ci.core.compose.model import LOCAL_KEYS
from ci.core.compose.paths import from_top, is_remote
from ci.core.images.image import Image
from ci.core.product.source import Source
from ci.core.settings.product import BuilderKind, Settings
from ci.errors import Problem


def option_problems(image: Image, source: Source, settings: Settings) -> Iterator[Problem]:
    """Problems of the keys that say how an image is built: the builder that the settings name must serve all."""
    build, first = image.build, image.services[0]
    problem = partial(Problem, file=settings.compose_file, line=image.line)
    known = KNOWN_KEYS | LOCAL_KEYS
    for key in sorted(one for one in build.other_keys if one not in known and not one.startswith("x-")):
        yield problem(
            what=f"`build` of `{first}` has a key that is not known",
            value=key,
            expected="a key of the compose specification that BuildKit serves",
            hint="correct the key, remove it, or do the same in the Dockerfile",
        )
    for key, expected in build.options.refused:
        yield problem(
            what=f"`build.{key}` of `{first}` has a value that is not supported",
            value=key,
            expected=expected,
            hint=f"correct `{key}`, or do the same in the Dockerfile",
        )
    if settings.builder is BuilderKind.DAGGER and (used := used_options(build.options)):
        yield problem(
            what=f'`build` of `{first}` has keys that the builder "dagger" does not support',
            value=", ".join(used),
            expected="context, dockerfile, dockerfile_inline, target, args, labels, secrets, ssh",
            hint='build with BuildKit, `builder = "buildkit"` in [tool.slipway], or remove the keys',
        )
    for name, path in build.options.contexts:
        if not is_remote(path) and (reason := _reason(from_top(settings.compose_file, path), source)):
            yield problem(
                what=f"The additional context `{name}` of `{first}` is {reason}",
                value=path,
                expected="a folder of the source, relative to the compose file",
                hint="correct the path in `additional_contexts`, or move the folder into the source",
            )


def _reason(folder: str, source: Source) -> str:
    """Why a folder can't be read in a build; `""` if it can."""
    if folder == ".." or folder.startswith(("/", "../")):
        return "outside the source"
    there = folder == "." or any(path.startswith(f"{folder}/") for path in source.files)
    return "" if there else "missing or empty"
