"""The problems of builds that more than one builder has."""

from ci.errors import Problem


def too_slow(name: str, seconds: float) -> Problem:
    """The problem of an image whose build and push was stopped at its deadline."""
    return Problem(
        what=f"The image `{name}` did not finish in time and was stopped",
        value=f"{seconds:g} s",
        expected=f"an end within {seconds:g} s",
        hint="raise `build_minutes` in [tool.slipway], or make the build faster",
    )
