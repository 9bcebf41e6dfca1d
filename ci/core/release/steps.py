"""The steps of a release, in order, and what is said of each when a release did not finish."""

from enum import StrEnum


class StepName(StrEnum):
    """The steps of a release, in order, as reports name them."""

    PREFLIGHT = "preflight checks"
    IMAGES = "build and push images"
    VERSION_TAGS = "set version tags"
    VERIFY = "verify tags"
    PLAN_VERSION = "make plan version"
    PREFERRED = "set preferred version"
    UPGRADE = "upgrade dev instance"


STEPS = tuple(StepName)
AFTER_DEV = (*STEPS[:-2], StepName.UPGRADE, StepName.PREFERRED)
"""The steps where the setting `preferred` is `after dev`."""

NEXT = {
    StepName.PREFLIGHT: "checks everything again before any effect",
    StepName.IMAGES: "builds and pushes the images that have no sha tag yet",
    StepName.VERSION_TAGS: "sets the version tags",
    StepName.VERIFY: "reads every tag again",
    StepName.PLAN_VERSION: "makes the plan version, unless it exists already",
    StepName.PREFERRED: "makes it the preferred plan version",
    StepName.UPGRADE: "upgrades the dev instance, or continues to watch its upgrade",
}
"""What the same call then does in a step that was not done."""

FIND_OUT = {
    StepName.PREFLIGHT: "nothing was changed: preflight only reads",
    StepName.IMAGES: "look each sha tag up with `docker buildx imagetools inspect`",
    StepName.VERSION_TAGS: "look each version tag up with `docker buildx imagetools inspect`",
    StepName.VERIFY: "nothing was changed: this step only reads",
    StepName.PLAN_VERSION: "`omctl service-plan list-versions` shows whether a version with this description was made",
    StepName.PREFERRED: "`omctl service-plan list-versions` shows which version is the preferred one",
    StepName.UPGRADE: "`omctl instance describe` shows the version of the instance, `omctl upgrade list` its upgrades",
}
"""How a person finds out what a step did whose outcome is unknown."""
