"""Generated compose files, in the styles that YAML has.

They are written line by line, so that no tool decides how a file looks. What a pinned file must mean is computed from
the text by PyYAML's loader (`properties.meaning`).
"""

from collections.abc import Callable

from hypothesis import strategies as st
from properties.yaml_styles import Writer

NAMES = ("web", "worker", "mail", "db", "cache", "größe", "x1")
ENV_FILES = {"a.env": "COLOR=blue\nMODE='a b'\n", "b.env": "MODE=two\nSIZE=3\n"}
_IMAGES = ("old:1", "x/y", "größe/x:1", "127.0.0.1:5000/a@sha256:0a")
_WITH_VARIABLES = ("x/y:${T:-latest}", "${REGISTRY:-r.example}/x:1", "$IMAGE")
_HEADS: tuple[list[str], ...] = ([], ["---"], ["# a product", ""], ["version: '3.9'"], ["--- # first", "name: shop"])
_ENDS: tuple[list[str], ...] = (
    [],
    [],
    [""],
    ["volumes:", "  data:"],
    ["# the end"],
    ["", "", "  # deeper"],
    ["...", "# behind"],
)
_Key = Callable[[], list[str]]
_COMMON = (
    "x-word: &word 012 # octal",
    "x-list: &list",
    "- a",
    "- b",
    "x-base: &base",
    "  restart: always",
    "x-more: &more {init: true}",
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """The text of a compose file."""
    writer = Writer(draw)
    has_env_files = draw(st.integers(0, 4)) == 0
    images: tuple[str, ...] = _IMAGES if has_env_files else (*_IMAGES, *_WITH_VARIABLES)
    images += draw(st.sampled_from(((), (), ("registry.example/o/shop-b0:latest",))))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    lines = [*_COMMON, *_shared(writer, images, has_env_files=has_env_files)]
    if draw(st.integers(0, 5)) == 0:
        services = ", ".join(f"{name}: {_flow_service(writer, images, name)}" for name in names)
        lines.append(f"services: {{{services}}}")
    else:
        lines.append(f"services:{writer.comment()}")
        for index, name in enumerate(names):
            lines += _service(writer, images, name, names[:index], has_env_files=has_env_files)
    lines += writer.uses()
    text = _joined(draw, [*draw(st.sampled_from(_HEADS)), *lines, *draw(st.sampled_from(_ENDS))])
    return draw(st.sampled_from(("", "", "\ufeff"))) + text


def _joined(draw: st.DrawFn, lines: list[str]) -> str:
    newline = draw(st.sampled_from(("\n", "\n", "\r\n", "\r", "mixed")))
    if newline == "mixed":
        text = "".join(line + draw(st.sampled_from(("\n", "\r\n"))) for line in lines)
    else:
        text = "".join(line + newline for line in lines)
    return text.rstrip("\r\n") if draw(st.booleans()) else text


def _shared(writer: Writer, images: tuple[str, ...], *, has_env_files: bool) -> list[str]:
    """Fragments at the top of a file, whose anchors services use."""
    lines = [
        *writer.block("", "x-image", writer.pick(*images), "image"),
        *writer.build("", "./b8", key="x-build"),
    ]
    if writer.one_in(3):
        lines += ["x-built: &built", *writer.block("  ", "image", writer.pick(*images), "image")]
        lines += writer.build("  ", "./b9") if writer.one_in(2) else ["  tty: true"]
        writer.anchors["base"] += ["built", "built"]
    if has_env_files:
        lines += ["x-environment: &environment", "  MODE: own", "  LEVEL: info"]
        writer.anchors["environment"].append("environment")
    return lines


def _service(
    writer: Writer, images: tuple[str, ...], name: str, before: list[str], *, has_env_files: bool
) -> list[str]:
    """The lines of a service; `before` are the names of those above it."""
    style = writer.pick(*["block"] * 8, "flow", "flow", "alias")
    if style == "alias" and writer.anchors["service"]:
        return [f"  {name}: *{writer.pick(*writer.anchors['service'])}{writer.comment()}"]
    if style == "flow":
        return f"  {name}: {_flow_service(writer, images, name)}{writer.comment()}".split("\n")
    indent = writer.pick("    ", "   ", "      ")
    anchor = writer.anchor() if writer.one_in(3) else ""
    lines = [f"  {name}:{f' &{anchor}' if anchor else ''}{writer.comment()}"]
    keys: list[tuple[bool, _Key]] = [
        (not writer.one_in(3), lambda: writer.block(indent, "image", writer.pick(*images), "image")),
        (not writer.one_in(3), lambda: writer.build(indent, f"./b{NAMES.index(name)}")),
        (writer.one_in(2), lambda: [f"{indent}<<: {writer.bases()}{writer.comment()}"]),
        (bool(before) and not has_env_files and writer.one_in(4), lambda: writer.extends(indent, before)),
        (writer.one_in(2), lambda: writer.environment(indent)),
        (has_env_files and not writer.one_in(3), lambda: writer.env_file(indent)),
        (True, lambda: writer.other(indent)),
        (True, lambda: writer.other(indent)),
    ]
    for is_there, key in writer.permuted(keys):
        lines += [*writer.between(indent), *(key() if is_there else ())]
    if len([line for line in lines if line.strip() and not line.strip().startswith("#")]) == 1:
        lines.append(f"{indent}tty: true")
    if anchor:
        writer.anchors["service"].append(anchor)
        writer.anchors["base"].append(anchor)
    return lines


def _flow_service(writer: Writer, images: tuple[str, ...], name: str) -> str:
    """A service as a flow mapping, on one line or over several."""
    pairs: dict[str, Callable[[], str]] = {
        "image": lambda: writer.flow_scalar(writer.pick(*images), "image"),
        "build": lambda: writer.flow_build(f"./b{NAMES.index(name)}"),
        "x-f": lambda: writer.pick("[1, 'a, b']", "{a: b}", "", "*list "),
        "<<": writer.bases,
        "tty": lambda: "true",
    }
    chosen = [one for one in writer.permuted([*pairs]) if not writer.one_in(3)] or ["tty"]
    return writer.flow([writer.flow_pair(one, pairs[one]()) for one in chosen])
