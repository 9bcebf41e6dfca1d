"""Omnistrate's expressions among compose's variables."""

import pytest

from ci.core.expressions import Missing, Values, expressions, filled, replaced

VALUES = Values({"db": "p$w"}, {"sys.id": "i-1", 'func.random("x")': "r"}, {"TAG": "1.2"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain", ()),
        ("{{ $secrets.db }}", ("secrets.db",)),
        ("{{$secret.db}}", ("secrets.db",)),
        ("$secret.db", ("secrets.db",)),
        ("${{ secrets.GitHubPAT }}", ("secrets.GitHubPAT",)),
        ("{{ $secrets.a }}:{{ $secrets.b }}@{{ $secrets.a }}", ("secrets.a", "secrets.b")),
        ("http://$sys.network.node/x", ("sys.network.node",)),
        ("{{ $sys.network.externalClusterEndpoint }},web", ("sys.network.externalClusterEndpoint",)),
        ("is $var.name.", ("var.name",)),
        ("$var.list[0].x-y", ("var.list[0].x-y",)),
        ('$func.random("x")', ('func.random("x")',)),
        ("$$secrets.db", ()),
        ("$TAG $secretary", ()),
    ],
)
def test_expressions_are_found_however_they_are_written(text: str, found: tuple[str, ...]) -> None:
    assert expressions(text) == found


@pytest.mark.parametrize(
    ("text", "made", "missing"),
    [
        ("a{{ $secrets.db }}b", "ap$wb", Missing()),
        ("$sys.id/${TAG}/$$", "i-1/1.2/$", Missing()),
        ("${NONE:-d}", "d", Missing()),
        ("$var.x", "$var.x", Missing(("var.x",))),
        ("${A} {{ $sys.b }} $C", "${A} {{ $sys.b }} $C", Missing(("sys.b",), ("A", "C"))),
    ],
)
def test_a_value_is_filled_and_what_is_missing_stays_and_is_told(text: str, made: str, missing: Missing) -> None:
    assert filled(text, VALUES) == (made, missing)


def test_a_value_of_an_expression_is_not_read_as_a_variable() -> None:
    assert filled("{{ $secrets.db }}", Values({"db": "$TAG ${TAG}"}, {}, {"TAG": "x"}))[0] == "$TAG ${TAG}"


def test_replacing_leaves_what_has_no_value() -> None:
    assert replaced("{{ $secrets.a }} $sys.b", {"secrets.a": "x"}.get) == "x $sys.b"
