"""The names of the faults that a simulation can play."""

from enum import StrEnum


class FaultName(StrEnum):
    """A fault; each ends the release with a report of what was done, what was not, and what is unknown."""

    SECRET_MISSING = "secret-missing"  # noqa: S105 - a name
    PUSH_DENIED = "push-denied"
    BUILD_FAILS = "build-fails"
    SHA_TAG_DENIED = "sha-tag-denied"
    VERSION_TAG_DENIED = "version-tag-denied"
    PLAN_REFUSED = "plan-refused"
    PLAN_VERSION_UNKNOWN = "plan-version-unknown"
    UPGRADE_REFUSED = "upgrade-refused"
    UPGRADE_FAILS = "upgrade-fails"
    UPGRADE_NEVER_ENDS = "upgrade-never-ends"
