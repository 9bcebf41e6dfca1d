"""Generated values with variables, in each style of YAML: filled in as omctl does it, or refused with a known reason.

A hundred files in `make test`; ten thousand with `pytest tests/properties --hypothesis-profile=nightly`.
"""

from dataclasses import replace

from golden.goldens import GIT_SHA, SHOP
from hypothesis import event, given, note
from hypothesis import strategies as st

from ci.core.omctl.loader import filled
from ci.core.product.source import Source
from ci.core.release.pinned import pinned_compose
from ci.core.yaml.parse import read
from ci.core.yaml.values import plain
from ci.errors import ConfigurationError

VARIABLES = {"A": "1000", "SIGNS": "a: b #c", "EMPTY": ""}
REASONS = (
    "Not readable as YAML",
    "ruamel.yaml does not read this",
    "Two YAML parsers read this place differently",
    "A mapping has a key twice",
    "A text with `${` is no variable",
    "omctl takes `$${NAME}`",
    "1 variable(s) have no value",
    "An alias without an anchor",
    "A second YAML document begins",
    "The text `env_file:` would be left",
)
DEFAULTS: tuple[str, ...] = (
    "",
    "x y",
    "it's",
    '"q"',
    "1",
    "0.5",
    "true",
    "a: b",
    "a #b",
    "{x}",
    "[a]",
    ",",
    "  ",
    " x",
    "é",
    "null",
    "~",
)
DEFAULTS += (
    "0x1f",
    "1:2",
    "2024-01-01",
    "$x",
    "a\\b",
    "\\t",
    "&a",
    "*a",
    "!x",
    "%",
    "@",
    "-",
    "?",
    "a:",
    ">",
    "|",
    "${A}",
)
PART = st.one_of(
    st.sampled_from(["a", "b c", ":", "80", "/", "- ", "#", "x=", "'", '"', " ", "\\", "{{ $sys.id }}", "$A", "$$A"]),
    st.sampled_from(["${A}", "${SIGNS}", "${EMPTY}", "${{ secrets.X }}"]),
    st.builds("${{NONE:-{}}}".format, st.sampled_from(DEFAULTS)),
)
TEXT = st.lists(PART, min_size=1, max_size=4).map("".join)


def single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def double(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


INLINE = st.one_of(TEXT, TEXT.map(single), TEXT.map(double))
LINES = st.builds("{}\n        {}\n        {}".format, st.sampled_from(["|", ">", "|-", ">+"]), TEXT, TEXT)
MORE = st.builds("{}\n        {}".format, TEXT, TEXT)
BLOCK = st.one_of(INLINE, LINES, MORE)
FILE = st.builds(
    "services:\n  web:\n    build: .\n    env_file: app.env\n    user: {}{}\n"
    "    labels: # ${{X}}\n      - {}\n      - {}\n"
    "    dns: [{}, {}]\n    # env_file: old\n    hostname: {}{}".format,
    st.sampled_from(["", "&user ", "!!str "]),
    *(BLOCK, BLOCK, BLOCK, INLINE, INLINE, BLOCK),
    st.sampled_from(["", "\n", " # end\n"]),
)


def values(text: str) -> list[str | None]:
    """The values of what was generated, in the order of the text; what is no scalar is None."""
    web = plain(read(text, "compose.yaml").root)["services"]["web"]
    found = [web.get(key) for key in ("user", "labels", "dns", "hostname")]  # a quote may hide a key
    items = [item for one in found for item in (one if isinstance(one, list) else [one])]
    return [one if isinstance(one, str) else None for one in items]


def pin(text: str) -> tuple[str, ConfigurationError | None]:
    """The pinned text, or why there is none."""
    files = {SHOP.compose_file: text, "app.env": "COLOR=blue\n"}
    try:
        return pinned_compose(Source(frozenset(files), files), replace(SHOP, variables=VARIABLES), GIT_SHA).text, None
    except ConfigurationError as error:
        return "", error


@given(FILE)
def test_a_value_is_filled_in_as_omctl_does_it_whatever_its_style(text: str) -> None:
    note(text)
    pinned, error = pin(text)
    event("refused" if error else "pinned")
    if error:
        assert [one for one in error.problems if not one.what.startswith(REASONS)] == []
    else:
        assert values(pinned) == [one and filled(one, VARIABLES).value for one in values(text)]
