"""Values with the value of another variable's secret in them."""

import pytest

from ci.core.env_files.secret_values import SecretValues

RARE = "tr0ub4dor&3"
X = "{{ $secrets.x }}"


def replaced(text: str, *values: str) -> str | None:
    """The text with the secret `x` of each value replaced; a reason in brackets if it is unclear."""
    found = SecretValues((value, "x") for value in values).replaced(text)
    return None if found is None else f"[{found.unclear}]" if found.unclear else found.text


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("postgres://u:THEPASSWORD@db/x", "THEPASSWORD", f"postgres://u:{X}@db/x"),
        ("postgres://app:app@app/app", "app", f"postgres://app:{X}@app/app"),
        ("redis://:a@cache", "a", f"redis://:{X}@cache"),
        ("Server=db;User=sa;Password=sa;X=sa", "sa", f"Server=db;User=sa;Password={X};X=sa"),
        ("host=db pass=db user=db", "db", f"host=db pass={X} user=db"),
        (f"a {RARE} b {RARE}", RARE, f"a {X} b {X}"),
        (f"{RARE}{RARE}", RARE, f"{X}{X}"),
        ("x-correcthorsebatterystaple-y", "correcthorsebatterystaple", f"x-{X}-y"),
        (f"{{{{ $secrets.{RARE[:8]}longer }}}}-1", f"{RARE[:8]}longer", None),
    ],
)
def test_a_secret_is_replaced_where_it_must_be_one(text: str, value: str, expected: str | None) -> None:
    assert replaced(text, value) == expected


@pytest.mark.parametrize("value", ["", "app", "postgres", "minioadmin", "change-me please", "12345678", "localhost"])
def test_what_may_stand_there_by_chance_stays(value: str) -> None:
    assert replaced(f"see {value} and {value}-x", value) is None
    assert replaced(value, value) is None


def test_the_longest_value_at_a_place_is_replaced() -> None:
    found = SecretValues([(RARE, "short"), (f"{RARE}-long", "long")]).replaced(f"a {RARE}-long {RARE}")
    assert found
    assert found.text == "a {{ $secrets.long }} {{ $secrets.short }}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (RARE, "[its value is that of the secret `x`]"),
        ("https://u:tr0ub4dor%263@h", "[it has the value of a secret, encoded for a URL]"),
        ("see tr0ub4dor%263 there", "[it has the value of a secret, encoded for a URL]"),
        ("https://u:p%40s@h", "[it has the value of a secret, encoded for a URL]"),
    ],
)
def test_what_can_t_be_written_as_an_expression_is_unclear(text: str, reason: str) -> None:
    assert replaced(text, RARE, "p@s") == reason


def test_a_value_of_several_secrets_is_unclear() -> None:
    found = SecretValues([(RARE, "a"), (RARE, "b"), (RARE, "a")]).replaced(f"x{RARE}")
    assert found
    assert found.unclear == "it has the value of several secrets: `a`, `b`"


def test_without_values_there_is_nothing_to_replace() -> None:
    assert not SecretValues([("", "x")])
    assert replaced("https://u:p@h", "") is None


def test_many_values_are_searched_in_linear_time() -> None:
    values = SecretValues((f"Secret-{number:05}", f"s{number}") for number in range(10_000))
    texts = [f"a{number} Secret-{number:05}." for number in range(10_000)]
    assert [found.text for text in texts if (found := values.replaced(text))][-1] == "a9999 {{ $secrets.s9999 }}."
