"""Omnistrate's expressions, in every way to write them."""

import pytest

from ci.core.expressions import find, has_joined_secret, names, replace, secret_names, secret_reference, verbatim_spans


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain", ()),
        ("{{ $secrets.db }}", ("secrets.db",)),
        ("{{$secret.db}}", ("secrets.db",)),
        ("$secret.db", ("secrets.db",)),
        ("$secrets.db-host.example", ("secrets.db-host",)),
        ("${{ secrets.GitHubPAT }}", ("secrets.GitHubPAT",)),
        ("${{secrets.GitHubPAT}}", ("secrets.GitHubPAT",)),
        ("{{ $secrets.a }}:{{ $secrets.b }}@{{ $secrets.a }}", ("secrets.a", "secrets.b")),
        ("{{ $secrets.a | lower }}", ("secrets.a",)),
        ("http://$sys.network.node/x", ("sys.network.node",)),
        ("{{ $sys.network.externalClusterEndpoint }},web", ("sys.network.externalClusterEndpoint",)),
        ("is $var.name.", ("var.name",)),
        ("$var.list[0].x-y", ("var.list[0].x-y",)),
        ('$func.random("x")', ('func.random("x")',)),
        ("$$secrets.db", ()),
        ("$TAG $secretary {{ other }} {{ $file:./a }} ${{ github.token }}", ()),
    ],
)
def test_expressions_are_found_however_they_are_written(text: str, found: tuple[str, ...]) -> None:
    assert names(text) == found


def test_an_expression_knows_its_place_and_its_secret() -> None:
    text = "a ${{ secrets.x }} $sys.id"
    assert [(text[one.start : one.end], one.secret) for one in find(text)] == [
        ("${{ secrets.x }}", "x"),
        ("$sys.id", ""),
    ]


def test_a_secret_among_a_function_s_arguments_is_found_too() -> None:
    assert secret_names("{{ $func.hash($secrets.a, ${{ secrets.b }}) }} $secret.c $sys.id $secrets.a") == (
        "a",
        "b",
        "c",
    )


def test_the_expression_of_a_secret_is_read_again_as_that_secret() -> None:
    assert secret_reference("dbPw") == "{{ $secrets.dbPw }}"
    assert secret_names(secret_reference("dbPw")) == ("dbPw",)


def test_an_expression_without_a_value_is_not_replaced() -> None:
    assert replace("{{ $secrets.a }} $sys.b", {"secrets.a": "x"}.get) == "x $sys.b"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a {{ $file:./x }} b", ["{{ $file:./x }}"]),
        ("{{ any\nthing }}${{ secrets.x }}", ["{{ any\nthing }}", "${{ secrets.x }}"]),
        ("$sys.id ${A} $B", ["$sys.id"]),
        ("$$sys.id $$", ["$$sys.id"]),
    ],
)
def test_interpolation_leaves_expressions_and_double_braces_alone(text: str, kept: list[str]) -> None:
    assert [text[start:end] for start, end in verbatim_spans(text)] == kept


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ $secrets.a }}", False),
        ("x-{{ $secrets.a }}-{{ $secrets.b }}", False),
        ("{{ $secrets.a }}{{ $secrets.b }}", False),
        ('{"a": "{{ $secrets.a }}"}', False),
        ("{{{ $secrets.a }}", True),
        ("{{ $secrets.a }}}", True),
        ("${{ $secrets.a }}", True),
        ("{{{ $sys.id }}}", False),
        ("${{ secrets.a }}", False),
    ],
)
def test_a_secret_beside_a_sign_of_its_own_is_joined(text: str, *, expected: bool) -> None:
    assert has_joined_secret(text) is expected
