"""The stages of a Dockerfile that a build needs, and the images that they are made from."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ci.core.images.build_variables import BuildVariables, names_declared
from ci.core.images.copies import copy_source, mount_sources
from ci.core.images.dockerfile import Instruction, directives, instructions

_FROM = re.compile(r"(?:--\S+\s+)*(?P<base>\S+)(?:\s+AS\s+(?P<name>\S+))?", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)(?::(?P<sign>[-+])(?P<word>[^${}]*))?\}|(?P<bare>\w+))")
SCRATCH = "scratch"


@dataclass(frozen=True)
class Needed:
    """What a build of one target needs of a Dockerfile."""

    instructions: tuple[Instruction, ...]
    """Those of the stages that it is made from, in the order of the file."""
    images: tuple[str, ...]
    """The images that they start from or copy from, and that of `# syntax=`, as written, their variables replaced."""
    unknown: tuple[str, ...]
    """What names a stage or an image by a variable whose value only the build knows, as written."""


@dataclass(frozen=True)
class _Stage:
    name: str
    base: str
    items: tuple[Instruction, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of stages and images that it starts from, copies from and mounts."""
        copies = [copy_source(item.value) for item in self.items if item.name == "COPY"]
        mounts = [name for item in self.items if item.name == "RUN" for name in mount_sources(item.value)]
        return (self.base, *(name for name in copies if name), *mounts)


def needed(text: str, target: str, arguments: Mapping[str, str], platform: str, contexts: Iterable[str] = ()) -> Needed:
    """What a build of `target` needs, `""` for the last stage; `contexts` are the names of additional contexts.

    If a name has a variable that is not known, any stage may be meant, and all are needed.
    """
    stages = _stages(text, arguments, platform)
    names = {stage.name: at for at, stage in enumerate(stages) if stage.name} | {
        str(at): at for at in range(len(stages))
    }
    named = frozenset(name.lower() for name in contexts)
    unknown = [name for stage in stages for name in stage.sources if "$" in name]
    last = names.get(target.lower(), None) if target else len(stages) - 1
    waiting = [*range(len(stages))] if unknown or last is None else [at for at in (last,) if at >= 0]
    found: set[int] = set()
    images: set[str] = set()
    while waiting:
        at = waiting.pop()
        if at in found:
            continue
        found.add(at)
        for source in stages[at].sources:
            earlier = names.get(source.lower())
            if source.lower() in named:
                continue  # a context of that name takes the place of a stage or an image
            if earlier is not None and earlier < at:
                waiting.append(earlier)
            elif source.lower() != SCRATCH and "$" not in source:
                images.add(source)
    if syntax := syntax_image(text):
        images.add(syntax)
    return Needed(
        tuple(item for at in sorted(found) for item in stages[at].items), tuple(sorted(images)), tuple(unknown)
    )


def syntax_image(text: str) -> str:
    """The image of another frontend that a Dockerfile names by `# syntax=`; `""` if it names none."""
    found = directives(text).get("syntax")
    return found.value.split()[0] if found else ""


def final_base(text: str, target: str, arguments: Mapping[str, str], platform: str) -> str:
    """The image that `target` is built on, or the last stage for `""`; `""` if it is not known."""
    stages = _chain(_stages(text, arguments, platform), target)
    return stages[0].base if stages and "$" not in stages[0].base else ""


def undeclared_arguments(text: str, target: str, arguments: Mapping[str, str], platform: str) -> frozenset[str]:
    """The names that the stages of `target` declare by `ARG` and not by `ENV`."""
    items = [item for stage in _chain(_stages(text, arguments, platform), target) for item in stage.items]
    by_arg, by_env = (
        {name for item in items if item.name == kind for name in names_declared(item)} for kind in ("ARG", "ENV")
    )
    return frozenset(by_arg - by_env)


def _chain(stages: list[_Stage], target: str) -> list[_Stage]:
    """The stages that `target`, or the last one for `""`, is built on: the first, on an image, and itself the last."""
    chains: dict[str, list[_Stage]] = {}
    chain: list[_Stage] = []
    for at, stage in enumerate(stages):
        chain = [*chains.get(stage.base.lower(), []), stage]
        chains |= {stage.name or str(at): chain, str(at): chain}
    return chains.get(target.lower(), []) if target else chain


def _stages(text: str, arguments: Mapping[str, str], platform: str) -> list[_Stage]:
    variables = BuildVariables(arguments)
    for name, value in target_platform(platform).items():
        variables.read(Instruction("ARG", f"{name}={value}", 0))
    stages: list[_Stage] = []
    for item in instructions(text):
        match = _FROM.match(item.value) if item.name == "FROM" else None
        if match:
            stages.append(_Stage((match["name"] or "").lower(), _in_from(match["base"], variables), (item,)))
        elif stages:
            last = stages.pop()
            stages.append(_Stage(last.name, last.base, (*last.items, item)))
        else:
            variables.read(item)
    return stages


def _in_from(text: str, variables: BuildVariables) -> str:
    """The text of a `FROM` with its variables replaced; one that stays has no value that is known here.

    Only the `ARG`s above the first `FROM` count there, so that a variable that none of them sets is not set, but for
    those of the build's own platform.
    """

    def value(match: re.Match[str]) -> str:
        name, sign, word = match["braced"] or match["bare"], match["sign"], match["word"]
        known = variables.expand(f"${name}")
        if known is None and (name.startswith("BUILD") or not sign):
            return match.group()
        if sign == "+":
            return word if known else ""
        return known or word or ""

    return _VARIABLE.sub(value, text)


def target_platform(platform: str) -> dict[str, str]:
    """The variables of the target that a build has from the start, by a platform such as `linux/arm64/v8`.

    https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
    """
    if not platform:
        return {}
    system, _, machine = platform.partition("/")
    architecture, _, variant = machine.partition("/")
    return {
        "TARGETPLATFORM": platform,
        "TARGETOS": system,
        "TARGETARCH": architecture,
        "TARGETVARIANT": variant,
    }
