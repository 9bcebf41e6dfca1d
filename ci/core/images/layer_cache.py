"""The layer cache, from which a builder that is empty takes the steps of earlier builds."""

from collections.abc import Sequence

from ci.errors import Problem

_HINT = "the release goes on without it; see that the token may read and push the repository `…-buildcache`, or set "


def registry_cache(prefix: str, name: str) -> str:
    """The cache of an image in the registry, in BuildKit's syntax: a tag of the one cache repository of a product."""
    return f"type=registry,ref={prefix}-buildcache:{name}"


def github_cache(name: str) -> str:
    """The cache of an image in GitHub's cache for actions."""
    return f"type=gha,scope={name}"


def not_read(names: Sequence[str], why: str) -> Problem:
    """The warning that caches exist and were not used."""
    return Problem(
        what=f"The layer cache was not read for {', '.join(names)}",
        value=why,
        expected="a cache that BuildKit can read",
        hint=f'{_HINT}`layer_cache = "off"`',
    )


def not_written(names: Sequence[str], why: str) -> Problem:
    """The warning that what was built is not in the cache."""
    return Problem(
        what=f"The layer cache was not written for {', '.join(names)}",
        value=why,
        expected="a cache that BuildKit can write",
        hint=f'{_HINT}`layer_cache = "off"`',
    )


def not_given() -> Problem:
    """The warning that GitHub's cache can't be reached."""
    return Problem(
        what="The layer cache of GitHub was not used, since the call has no token for it",
        value='layer_cache = "gha"',
        expected="--actions-token and --actions-url, which GitHub gives to actions",
        hint="in a workflow give --actions-token env://ACTIONS_RUNTIME_TOKEN --actions-url $ACTIONS_RESULTS_URL; "
        'elsewhere nothing, or `layer_cache = "registry"`, which laptop and CI share',
    )
