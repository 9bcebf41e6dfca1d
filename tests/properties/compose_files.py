"""Generated compose files, and which of their services are built.

They are composed line by line, so that the expected result is known without reading YAML.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st

NAMES = ("web", "worker", "mail", "db", "cache", "größe", "x1")
WORDS = ("on", "yes", "012", "1.10", "~", "null", "0x1f", "12:30:45", "a b", "日本", "-", "a#b", "{{ $sys.id }}")


@dataclass
class Generated:
    """A compose file, and the folder that each of its built services is built from, by the service's name."""

    text: str
    built: dict[str, str] = field(default_factory=dict)


def quoted(draw: st.DrawFn, text: str) -> str:
    """A string in single or double quotes."""
    return draw(st.sampled_from((f'"{text}"', f"'{text}'")))


@st.composite
def unrelated_keys(draw: st.DrawFn, indent: str, owner: int) -> list[str]:
    """The lines of a key that the pin must not change, with comments and blank lines."""
    number = draw(st.integers(0, 999))
    word = draw(st.sampled_from(WORDS))
    lines: list[str] = draw(
        st.sampled_from(
            [
                [f"{indent}x-a{number}: {word if word not in {'-', '{{ $sys.id }}'} else repr(word)}"],
                [f"{indent}x-b{number}: {quoted(draw, word)} # build: ."],
                [f"{indent}x-c{number}: |", f"{indent}  build: .", "", f"{indent}  # image: x", f"{indent}  {word}"],
                [f"{indent}x-d{number}: >-", f"{indent}    image: x", f"{indent}    y"],
                [f"{indent}x-e{number}:", f"{indent}- build: .", f"{indent}- {{image: x, build: [a, 'b']}}"],
                [f"{indent}x-f{number}:", f"{indent}  build:", f"{indent}    context: . # no build of a service"],
                [f'{indent}x-g{number}: {{"build": ".", image: \'x\'}}'],
                [f"{indent}? x-h{number}", f"{indent}: !!str {number}"],
                [f"{indent}x-i{number}: *word", f"{indent}x-j{number}: *list"],
                [f"{indent}x-k{number}: &a{owner}x{number} [1, 2]", f"{indent}x-l{number}: *a{owner}x{number}"],
                [f"{indent}x-m{number}:"],
                [f"{indent}x-n{number}: 'two", "", f"{indent}  # lines'"],
            ]
        )
    )
    before = draw(st.sampled_from(([], [""], [f"{indent}# {word}", ""], [f"{indent}  # deeper", ""], ["# left"])))
    return [*before, *lines]


@st.composite
def builds(draw: st.DrawFn, indent: str, folder: str) -> list[str]:
    """The lines of a `build` in one of its forms, with the comments that belong to it."""
    before = draw(st.sampled_from(([], [f"{indent}# of the build"], [f"{indent}#one", f"{indent}# two"])))
    key = draw(st.sampled_from(("build", '"build"', "'build'")))
    lines: list[str] = draw(
        st.sampled_from(
            [
                [f"{indent}{key}: {folder}"],
                [f"{indent}{key}: {quoted(draw, folder)} # beside"],
                [f"{indent}{key}: {{context: {folder}}}"],
                [f"{indent}{key}:   {{ context: {folder}, args: {{A: 'b'}} }}"],
                [f"{indent}{key}:", f"{indent}  context: {folder}"],
                [f"{indent}{key}: # why", f"{indent}    context: {folder}", "", f"{indent}    # inside"],
                [f"{indent}{key}: &b{len(folder)}{folder[2:4].encode().hex()}", f"{indent}  context: {folder} # here"],
                [f"{indent}{key}:", f"{indent}  context: {folder}", f"{indent}  args:", f"{indent}  - A=b"],
                [f"{indent}{key}: {{", f"{indent}  context: {folder},", f"{indent}}}"],
                [f"{indent}{key}:", f"{indent}  {folder}"],
                [f"{indent}? {key}", f"{indent}: {folder}"],
            ]
        )
    )
    return [*before, *lines]


@st.composite
def services(draw: st.DrawFn, name: str) -> tuple[list[str], bool]:
    """The lines of a service, and whether it is built."""
    indent = draw(st.sampled_from(("    ", "   ", "      ")))
    built = draw(st.booleans())
    parts: list[list[str]] = draw(
        st.lists(unrelated_keys(indent, NAMES.index(name)), max_size=3, unique_by=lambda lines: "".join(lines)[-12:])
    )
    seen: set[str] = set()
    kept = []
    for part in parts:
        keys = {
            line.strip().removeprefix("? ").partition(":")[0] for line in part if line.strip().startswith(("x-", "? "))
        }
        if not keys & seen:
            kept.append(part)
            seen |= keys
    parts = kept
    image = draw(st.sampled_from(("", "plain", "'", '"', "anchor", "alias")))
    if image or not built:
        old = draw(st.sampled_from(("old:1", f"old:{NAMES.index(name)}")))
        value = {"'": f"'{old}'", '"': f'"{old}"', "anchor": f"&i{NAMES.index(name)} {old}", "alias": "*image"}.get(
            image, old
        )
        parts.append([f"{indent}image: {value}{draw(st.sampled_from(('', ' # the old one', '   ')))}"])
    if built:
        parts.append(draw(builds(indent, f"./{name}")))
    if draw(st.booleans()):
        parts.append([f"{indent}<<: {draw(st.sampled_from(('*base', '[*base]', '[*base, *more]')))}"])
    parts = draw(st.permutations(parts))
    head = f"  {name}:{draw(st.sampled_from(('', ' # a service', f' &s{NAMES.index(name)}')))}"
    return [head, *(line for part in parts for line in part)], built


@st.composite
def files(draw: st.DrawFn) -> Generated:
    """A compose file."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    lines = ["x-word: &word 012 # octal", "x-list: &list", "- a", "- b", "x-image: &image old:1"]
    lines += ["x-base: &base", "  restart: always", "x-more: &more {init: true}"]
    lines += draw(st.sampled_from(([], ["", "# A product."], ["version: '3.9'"])))
    lines.append("services:")
    built: dict[str, str] = {}
    for name in names:
        found, is_built = draw(services(name))
        lines += found
        if is_built:
            built[name] = f"./{name}"
    lines += draw(st.sampled_from(([], [""], ["volumes:", "  data:"], ["# the end"], ["...", "# behind"])))
    newline = draw(st.sampled_from(("\n", "\r\n", "\r", "mixed")))
    if newline == "mixed":
        text = "".join(line + draw(st.sampled_from(("\n", "\r\n"))) for line in lines)
    else:
        text = "".join(line + newline for line in lines)
    if draw(st.booleans()):
        text = text.rstrip("\r\n")
    return Generated(draw(st.sampled_from(("", "\ufeff"))) + text, built)
