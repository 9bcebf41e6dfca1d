"""Variables in each form of the compose specification, and text that is not a variable."""

import pytest

from ci.core.compose.interpolation import interpolate

VALUES = {"TAG": "1.2", "EMPTY": "", "OTHER": "o"}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("", ""),
        ("plain", "plain"),
        ("$TAG", "1.2"),
        ("v$TAG-x", "v1.2-x"),
        ("${TAG}/${OTHER}", "1.2/o"),
        ("${EMPTY}", ""),
        ("${NONE:-d}", "d"),
        ("${NONE-d}", "d"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${TAG:-d}", "1.2"),
        ("${NONE:-}", ""),
        ("${NONE:-${OTHER}}", "o"),
        ("${NONE:-${ALSO:-${TAG}}}!", "1.2!"),
        ("${TAG:?needed}", "1.2"),
        ("${EMPTY?needed}", ""),
        ("${TAG:+instead}", "instead"),
        ("${TAG+$OTHER}", "o"),
        ("${EMPTY:+instead}", ""),
        ("${EMPTY+instead}", "instead"),
        ("${NONE+instead}", ""),
        ("$$TAG and $$", "$TAG and $"),
        ("$$${TAG}", "$1.2"),
        ("{{ $secrets.one }}", None),
        ("costs 5$", "costs 5$"),
        ("$1", "$1"),
        ("${}", "${}"),
        ("${TAG", "${TAG"),
    ],
)
def test_variables_are_replaced_as_compose_does(text: str, made: str | None) -> None:
    found, unknown = interpolate(text, VALUES)
    if made is None:
        assert (found, unknown) == (text, ("secrets",))
    else:
        assert (found, unknown) == (made, ())


@pytest.mark.parametrize(
    "text", ["$NONE", "${NONE}", "${NONE:?say}", "${NONE?say}", "${NONE:-${ALSO}}", "${EMPTY:?say}"]
)
def test_a_variable_without_a_value_is_listed_and_stays(text: str) -> None:
    found, unknown = interpolate(f"a{text}/b", VALUES)
    assert found.startswith("a$")
    assert found.endswith("b")
    assert unknown in {("NONE",), ("ALSO",), ("EMPTY",)}


def test_each_name_is_listed_once() -> None:
    assert interpolate("$A$B${A}", {})[1] == ("A", "B")


def test_defaults_nested_too_deep_stay_as_written() -> None:
    text = "${NONE:-" * 2000 + "}" * 2000
    assert interpolate(text, {})[1] == ("NONE",)
