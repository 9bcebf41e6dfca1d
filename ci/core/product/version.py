"""The product's version: the text of the file `VERSION`."""

from ci.core.references import is_tag
from ci.errors import ConfigurationError, Problem


def parse_version(text: str, file: str = "VERSION") -> str:
    """The version in the text of `VERSION`: one line, a semantic version (https://semver.org) that can be a tag.

    Raises:
        ConfigurationError: it is empty, has more than one line, or is no such version.
    """
    import semver  # noqa: PLC0415 - its import takes a tenth of `slipway gen-compose`, which needs none of it

    lines = text.removeprefix("\ufeff").rstrip().splitlines()
    expected = "one semantic version on one line, such as 1.4.0"
    if not lines:
        raise ConfigurationError(
            Problem(
                what="The version file is empty", file=file, expected=expected, hint=f"write the version into {file}"
            )
        )
    if len(lines) > 1:
        raise ConfigurationError(
            Problem(
                what="More than one line",
                value=repr(lines[1]),
                file=file,
                line=2,
                expected=expected,
                hint="leave one line",
            )
        )
    version = lines[0]
    if not semver.Version.is_valid(version):
        plain = version.strip().lstrip("vV")
        hint = f"write {plain}" if semver.Version.is_valid(plain) else "write MAJOR.MINOR.PATCH"
        raise ConfigurationError(
            Problem(what="Not a semantic version", value=repr(version), file=file, line=1, expected=expected, hint=hint)
        )
    if not is_tag(version):
        raise ConfigurationError(
            Problem(
                what="The version can't be an image's tag",
                value=repr(version),
                file=file,
                line=1,
                expected="no build metadata (`+…`), at most 128 characters",
                hint=f"write {version.partition('+')[0]}",
            )
        )
    return version
