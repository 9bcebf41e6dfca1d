"""VERSION holds one semantic version that can be an image's tag, or the error says what to write."""

import pytest

from ci.core.product.version import parse_version
from ci.errors import ConfigurationError


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.2.3\n", "1.2.3"),
        ("1.2.3", "1.2.3"),
        ("1.2.3\r\n", "1.2.3"),
        ("1.2.3 \n\n", "1.2.3"),
        ("\ufeff1.2.3\n", "1.2.3"),
        ("0.0.0", "0.0.0"),
        ("10.20.30-rc.1", "10.20.30-rc.1"),
        ("1.0.0-0a.b-c", "1.0.0-0a.b-c"),
    ],
)
def test_a_version_is_read(text: str, version: str) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize(
    ("text", "what", "value", "line", "hint"),
    [
        ("", "The version file is empty", "''", 0, "write the version into V"),
        (" \n\n", "The version file is empty", "' \\n\\n'", 0, "write the version into V"),
        ("1.2.3\n1.2.4\n", "The version file has more than one line", "'1.2.4'", 2, "remove every line"),
        ("v1.2.3\n", "Not a semantic version", "'v1.2.3'", 1, "write 1.2.3"),
        (" 1.2.3\n", "Not a semantic version", "' 1.2.3'", 1, "write 1.2.3"),
        ("1.2\n", "Not a semantic version", "'1.2'", 1, "write MAJOR.MINOR.PATCH"),
        ("1.2.3.4\n", "Not a semantic version", "'1.2.3.4'", 1, "write MAJOR.MINOR.PATCH"),
        ("01.2.3\n", "Not a semantic version", "'01.2.3'", 1, "write MAJOR.MINOR.PATCH"),
        ("1.2.3-01\n", "Not a semantic version", "'1.2.3-01'", 1, "write MAJOR.MINOR.PATCH"),
        ("latest\n", "Not a semantic version", "'latest'", 1, "write MAJOR.MINOR.PATCH"),
        ("1.2.3+build.5\n", "The version is not a valid image tag", "'1.2.3+build.5'", 1, "write 1.2.3"),
        (f"1.2.3-{'a' * 123}", "The version is not a valid image tag", repr(f"1.2.3-{'a' * 123}"), 1, "write 1.2.3"),
    ],
)
def test_an_invalid_version_is_an_error_with_its_line_and_what_to_write(
    text: str, what: str, value: str, line: int, hint: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_version(text, "V")
    (problem,) = caught.value.problems
    assert (problem.what, problem.value, problem.file, problem.line) == (what, value, "V", line)
    assert problem.hint.startswith(hint)
    assert problem.expected
