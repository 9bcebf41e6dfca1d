"""The instructions and directives of a Dockerfile."""

import pytest

from ci.core.images.dockerfile import Instruction, directives, instructions


@pytest.mark.parametrize("above", ["# why\n", "\n", "FROM scratch\n"])
def test_a_syntax_line_below_anything_else_is_a_comment(above: str) -> None:
    assert "syntax" not in directives(f"{above}# syntax=foo/bar\nFROM scratch\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_instruction_has_its_value_on_one_line_and_the_line_of_its_first(newline: str) -> None:
    text = newline.join(
        ["\ufefffrom a AS b", "", "# why", "Run x && \\", "  # why", "", "  y", "COPY <<E /", "z", "E", "USER 1"]
    )
    found = [(one.name, " ".join(one.value.split()), one.line) for one in instructions(text)]
    assert found == [("FROM", "a AS b", 1), ("RUN", "x && y", 4), ("COPY", "<<E /", 8), ("USER", "1", 11)]


def test_a_directive_has_its_value_and_its_line() -> None:
    found = directives("#!/x\n# escape=`\n# Syntax = docker/dockerfile:1 \nFROM scratch\n")
    assert {name: (one.value, one.line) for name, one in found.items()} == {
        "escape": ("`", 2),
        "syntax": ("docker/dockerfile:1", 3),
    }


@pytest.mark.parametrize(
    "lines", ["COPY <<E /\nUSER 1\nE", "RUN <<-'E'\nUSER 1\n\tE", "RUN a <<A <<B\nUSER 1\nA\nUSER 2\nB"]
)
def test_the_body_of_a_here_document_is_no_instruction(lines: str) -> None:
    *_, last = instructions(f"FROM scratch\n{lines}\nUSER 3\n")
    assert last == Instruction("USER", "3", lines.count("\n") + 3)
