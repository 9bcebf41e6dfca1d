"""A value of a compose file as its container gets it."""

import pytest

from ci.core.smoke.values import Missing, Values, fill

VALUES = Values({"db": "p$w"}, {"sys.id": "i-1", 'func.random("x")': "r"}, {"TAG": "1.2"})


@pytest.mark.parametrize(
    ("text", "result", "missing"),
    [
        ("a{{ $secrets.db }}b", "ap$wb", Missing()),
        ("$sys.id/${TAG}/$$", "i-1/1.2/$", Missing()),
        ("${NONE:-d}", "d", Missing()),
        ("$var.x", "$var.x", Missing(("var.x",))),
        ("${A} {{ $sys.b }} $C", "${A} {{ $sys.b }} $C", Missing(("sys.b",), ("A", "C"))),
    ],
)
def test_a_value_is_filled_in_and_what_has_no_value_stays_and_is_listed(
    text: str, result: str, missing: Missing
) -> None:
    assert fill(text, VALUES) == (result, missing)


def test_the_value_of_an_expression_is_not_read_as_a_variable() -> None:
    assert fill("{{ $secrets.db }}", Values({"db": "$TAG ${TAG}"}, {}, {"TAG": "x"}))[0] == "$TAG ${TAG}"
