"""Durations and sizes of the compose specification."""

from typing import Any

import pytest

from ci.core.smoke.units import parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10s", 10),
        ("1m30s", 90),
        ("500ms", 0.5),
        ("1h", 3600),
        ("2.5s", 2.5),
        ("250us", 0.00025),
        ("1h1m1s1ms", 3661.001),
    ],
)
def test_a_duration(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["10", "", "s", "10 s", "1d", "-1s", 5])
def test_an_invalid_duration(text: Any) -> None:
    with pytest.raises(ValueError, match="a duration with its unit"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("192M", 192 * 2**20),
        ("1G", 2**30),
        ("1gb", 2**30),
        ("64Mi", 2**26),
        ("512k", 2**19),
        ("100", 100),
        ("0.5g", 2**29),
    ],
)
def test_a_size(text: str, size: int) -> None:
    assert parse_size(text) == size


def test_an_invalid_size() -> None:
    with pytest.raises(ValueError, match="a size such as 512M"):
        parse_size("many")
