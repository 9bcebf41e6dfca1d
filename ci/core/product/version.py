"""The product's version: the text of the file `VERSION`."""

from ci.core.references import is_tag
from ci.errors import ConfigurationError, Problem

_EXPECTED = "one semantic version on one line, such as 1.4.0"


def parse_version(text: str, file: str = "VERSION") -> str:
    """The version in the text of `VERSION`: one line, a semantic version (https://semver.org) that is a valid tag.

    Raises:
        ConfigurationError: it is empty, has more than one line, or is not such a version.
    """
    import semver  # noqa: PLC0415 - its import takes a tenth of `slipway gen-compose`, which needs none of it

    lines = text.removeprefix("\ufeff").rstrip().splitlines()
    if not lines:
        raise ConfigurationError(
            Problem(
                what="The version file is empty",
                value=repr(text),
                file=file,
                expected=_EXPECTED,
                hint=f"write the version into {file}",
            )
        )
    if len(lines) > 1:
        raise ConfigurationError(
            Problem(
                what="The version file has more than one line",
                value=repr(lines[1]),
                file=file,
                line=2,
                expected=_EXPECTED,
                hint=f"remove every line of {file} but the version",
            )
        )
    version = lines[0]
    if not semver.Version.is_valid(version):
        plain = version.strip().lstrip("vV")
        hint = f"write {plain}" if semver.Version.is_valid(plain) else "write MAJOR.MINOR.PATCH, such as 1.4.0"
        raise ConfigurationError(_invalid("Not a semantic version", version, file, _EXPECTED, hint))
    if not is_tag(version):
        expected = "no build metadata (`+…`), at most 128 characters"
        hint = f"write {version.partition('+')[0]}"
        raise ConfigurationError(_invalid("The version is not a valid image tag", version, file, expected, hint))
    return version


def _invalid(what: str, version: str, file: str, expected: str, hint: str) -> Problem:
    return Problem(what=what, value=repr(version), file=file, line=1, expected=expected, hint=hint)
