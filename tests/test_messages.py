"""Every problem that the code can report says four things: what failed, the value, what is expected, what to do next.

The places are read from the source, so that a new one is held as well. A place is a call of `Problem`, of
`Document.problem` or `Document.problem_at` (which show the line instead of a value), or of a function that a file made
of one of them: each must give `what`, `expected` and `hint`, and a value where no line is shown.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [path for path in sorted((ROOT / "ci").rglob("*.py")) if path.parent.name not in {"supervisor", "rehearsal"}]
SHOWS_A_LINE = {"problem", "problem_at"}
VAGUE = {"fix it", "fix the line", "fix the value", "try again", "check it"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def places(path: Path) -> Iterator[ast.Call]:
    """The calls that make a problem; `partial(Problem, …)` and `**values` leave the rest to another place."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and called(node) in {"Problem", *SHOWS_A_LINE}:
            yield node


def lacking(call: ast.Call) -> set[str]:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if None in given:  # `**values`
        return set()
    needed = {"expected", "hint"}
    if called(call) == "Problem":
        needed |= {"what"} if "excerpt" in given else {"what", "value"}
    empty = {key for key, value in given.items() if isinstance(value, ast.Constant) and value.value in {"", *VAGUE}}
    return needed - given.keys() | (needed & empty)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_problem_says_what_failed_the_value_what_is_expected_and_what_to_do(path: Path) -> None:
    found = {f"line {call.lineno}": lacking(call) for call in places(path)}
    assert {place: names for place, names in found.items() if names} == {}


def test_the_places_are_found() -> None:
    assert sum(1 for path in FILES for _ in places(path)) > 80
