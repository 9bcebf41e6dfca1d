"""Which comments go with a removed key: the proof's own rule."""

import pytest

from ci.core.proof.comments import COMMENTED_OUT_KEYS, is_commented_out, removed_lines
from ci.core.proof.document import Document
from ci.core.proof.nodes import Scalar


def removed(text: str) -> str:
    """The lines that go with the key `build` of a text, whose value ends with a `.`."""
    document = Document(text, "f", Scalar(0, 0, "", None, None, ""))
    start = text.index("build")
    first, last = removed_lines(document, start, text.index(".", start) + 1, text.find("!") + 1)
    return text[first:last]


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("a: b\nbuild: .\nc: d\n", "build: .\n"),
        ("a: b\nbuild: . # beside\nc: d\n", "build: . # beside\n"),
        ("# one\n#two\nbuild: .\n", "# one\n#two\nbuild: .\n"),
        ("# of all\n\n# one\nbuild: .\n", "# one\nbuild: .\n"),
        ("  # deeper\nbuild: .\n", "build: .\n"),
        ("# other\n  build: .\n", "  build: .\n"),
        ("# why\n# image: x\n# one\nbuild: .\n", "# one\nbuild: .\n"),
        ("# - item\nbuild: .\n", "build: .\n"),
        ("# nobody: knows\nbuild: .\n", "# nobody: knows\nbuild: .\n"),
        ("a! # of a\nbuild: .\n", "build: .\n"),
        ("build: .\n  # deeper\nc: d\n", "build: .\n  # deeper\n"),
        ("build: .\n\n  # deeper\n\nc: d\n", "build: .\n\n  # deeper\n"),
        ("build: .\n# beside\n  # deeper\nc: d\n", "build: .\n"),
        ("build: .\n\nc: d\n", "build: .\n"),
        ("build:\r\n  # in\r\n  context: .\r\nc: d\r\n", "build:\r\n  # in\r\n  context: .\r\n"),
        ("a: b\nbuild: .", "build: ."),
    ],
)
def test_the_lines_of_a_key_go_with_its_comments(text: str, gone: str) -> None:
    assert removed(text) == gone


@pytest.mark.parametrize("key", sorted(COMMENTED_OUT_KEYS))
def test_a_key_of_a_service_is_commented_out(key: str) -> None:
    assert is_commented_out(f"    # {key}: x\n")
    assert is_commented_out(f"#{key} :\n")
    assert not is_commented_out(f"# the {key}: x\n")
    assert not is_commented_out(f"## {key}: x\n")


@pytest.mark.parametrize(
    ("comment", "out"), [("# - x", True), ("#-", True), ("# -x", False), ("#", False), ("# a b", False)]
)
def test_an_item_is_commented_out(comment: str, out: bool) -> None:  # noqa: FBT001 - the expected answer
    assert is_commented_out(comment) is out
