"""Build arguments that look like secrets, by the rules for env files: their values stay in the image's history."""

from collections.abc import Iterable, Iterator

from ci.core.secret_detection.detect import looks_secret


def secret_arguments(arguments: Iterable[tuple[str, str | None]], literals: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The name of each argument that looks like a secret, and why; `literals` are the names that are none."""
    known = frozenset(literals)
    for name, value in arguments:
        if value and name not in known and (reason := looks_secret(name, value)):
            yield name, reason
