"""The target of an upgrade by hand: one exact instance, one exact version."""

import pytest

from ci.core.release.upgrade_target import upgrade_target
from ci.errors import ConfigurationError


def test_an_exact_instance_and_version_are_accepted() -> None:
    assert upgrade_target("instance-abc123", "12.0") == ("instance-abc123", "12.0")


@pytest.mark.parametrize(
    "instance",
    ["", " ", "*", "instance-*", "instance-1,instance-2", "instance-1 instance-2", "instance-1\n", "--all", "-f", "a?"],
)
def test_the_instance_is_one_exact_id(instance: str) -> None:
    with pytest.raises(ConfigurationError, match="Not the id of one instance"):
        upgrade_target(instance, "12.0")


@pytest.mark.parametrize(
    "version",
    [
        "",
        "latest",
        "preferred",
        "Latest",
        "12",
        "12.",
        ".0",
        "12.0.0",
        "v12.0",
        "*",
        "12.*",
        "12.0,13.0",
        "12.0\n",
        "\u0661.\u0660",  # digits too, in Arabic
    ],
)
def test_the_version_is_an_exact_one(version: str) -> None:
    with pytest.raises(ConfigurationError, match="Not a plan version"):
        upgrade_target("instance-1", version)


def test_both_mistakes_are_reported() -> None:
    with pytest.raises(ConfigurationError) as caught:
        upgrade_target("*", "latest")
    assert len(caught.value.problems) == 2
