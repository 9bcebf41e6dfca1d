"""The target of an upgrade by hand: prod is upgraded by exact names only."""

import re
from typing import NamedTuple

from ci.errors import ConfigurationError, Problem


class UpgradeTarget(NamedTuple):
    """An instance and the plan version that it is to run."""

    instance_id: str
    version: str


def upgrade_target(instance: str, version: str) -> UpgradeTarget:
    """One instance and one plan version, both by their exact names.

    Raises:
        ConfigurationError: a value is empty, a wildcard, a list, or a name that moves, such as `latest`.
    """
    problems = []
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", instance):
        problems.append(
            Problem(
                what="Not the id of one instance",
                value=repr(instance),
                expected="one exact id, such as instance-abc123; no list and no wildcard",
                hint="give an id of `omctl instance list` to --instance",
            )
        )
    if not re.fullmatch(r"[0-9]+\.[0-9]+", version):
        problems.append(
            Problem(
                what="Not a plan version",
                value=repr(version),
                expected="a number as Omnistrate writes it, such as 12.0; not `latest` or `preferred`, which move",
                hint="give the plan version of the release's summary or lock to --plan-version",
            )
        )
    if problems:
        raise ConfigurationError(*problems)
    return UpgradeTarget(instance, version)
