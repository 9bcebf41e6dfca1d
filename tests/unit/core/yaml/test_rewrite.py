"""Parts of scalars replaced: what is read then is the new value, and as little of the text as possible changes."""

import pytest

from ci.core.yaml.nodes import Mapping, Scalar, Sequence, walk
from ci.core.yaml.parse import read
from ci.core.yaml.rewrite import Part, rewritten


def scalar_of(text: str) -> tuple[Scalar, bool]:
    """The scalar with a `@` in it, and whether it is in a flow collection."""
    root = read(text, "c.yaml").root
    (found,) = [one for one in walk(root) if isinstance(one, Scalar) and "@" in one.value]
    flows = [one for one in walk(root) if isinstance(one, Mapping | Sequence) and one.flow]
    return found, any(one.start <= found.start < one.end for one in flows)


def replaced(text: str, new: str) -> str:
    """The text with `@A@` replaced in its scalar."""
    scalar, flow = scalar_of(text)
    value = scalar.value.replace("@A@", new)
    parts = [Part("@A@", new)] * scalar.value.count("@A@")
    for start, end, one in reversed(rewritten(text, scalar, value, parts, flow=flow)):
        text = text[:start] + one + text[end:]
    read_again = [one.value for one in walk(read(text, "c.yaml").root) if isinstance(one, Scalar)]
    assert value in read_again
    return text


@pytest.mark.parametrize(
    ("text", "new", "expected"),
    [
        ("a: x@A@y # c", "b", "a: xby # c"),
        ("a: x@A@@A@", "b", "a: xbb"),
        ("a: x@A@", "b: c", 'a: "xb: c"'),
        ("a: x@A@", "a:b", "a: xa:b"),
        ("a: x@A@", " #b", 'a: "x #b"'),
        ("a: ./@A@/b", "", "a: .//b"),
        ("a: v@A@", "", "a: v"),
        ("a: 1@A@", "2", 'a: "12"'),
        ("a: 1@A@", ".2.3", 'a: "1.2.3"'),
        ("a: ye@A@", "s", 'a: "yes"'),
        ("a: 0x@A@", "1f", 'a: "0x1f"'),
        ("a: 2024-@A@", "01-01", 'a: "2024-01-01"'),
        ("a: &x v@A@", "b", "a: &x vb"),
        ("a: !!str 1@A@", "2", 'a: !!str "12"'),
        ("a: [v@A@, c]", "b", "a: [vb, c]"),
        ("a: [v@A@, c]", "b, d", 'a: ["vb, d", c]'),
        ("a: {b: v@A@}", "c:d", 'a: {b: "vc:d"}'),
        ("a: 'x@A@'", "it's", "a: 'xit''s'"),
        ("a: 'x@A@'", "b\nc", 'a: "xb\\nc"'),
        ('a: "x@A@"', 'b"\\\n', 'a: "xb\\"\\\\\\n"'),
        ("a: |\n  x @A@\n  y\n", "b", "a: |\n  x b\n  y\n"),
        ("a: |\n  x@A@y\n", "", "a: |\n  xy\n"),
        ("a: |\n  x @A@ y\n", "", 'a: "x  y\\n"\n'),
        ("a: |\n  @A@x\n", "  ", 'a: "  x\\n"\n'),
        ("a: >-\n  x\n  @A@\n", "b\nc", 'a: "x b\\nc"\n'),
        ("a: x\n  y @A@\n", "b", "a: x\n  y b\n"),
        ("a: 'x @A@\n  y'\n", "", 'a: "x  y"\n'),
        ('a: "x @A@\n  y"\n', "b", 'a: "x b\n  y"\n'),
        ("a: x\n  @A@#y\n", "", 'a: "x #y"\n'),
        ("a: x\n  @A@\n  y\n", "", 'a: "x  y"\n'),
        ('a: "x @A\\x40"', "b", 'a: "x b"'),
    ],
)
def test_a_part_is_replaced(text: str, new: str, expected: str) -> None:
    assert replaced(text, new) == expected
