"""The faults of `slipway simulate --fault`: each is one that the tests inject into releases (docs/faults.md)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ci.core.omctl.model import Completed
from ci.core.release.plan import Plan
from ci.simulation.builder import BuilderFault, BuilderFaultKind
from ci.simulation.fault_names import FaultName
from ci.simulation.omctl_faults import OmctlFault
from ci.simulation.registry_faults import Fault, denied

MEANINGS = {
    FaultName.SECRET_MISSING: "Omnistrate lacks a secret of the compose file",
    FaultName.PUSH_DENIED: "the registry refuses pushes to the first image's repository",
    FaultName.BUILD_FAILS: "the first image can't be built",
    FaultName.SHA_TAG_DENIED: "the registry refuses to set the sha tag of the first image",
    FaultName.VERSION_TAG_DENIED: "the registry refuses to set the version tag of the first image",
    FaultName.PLAN_REFUSED: "Omnistrate refuses the plan",
    FaultName.PLAN_VERSION_UNKNOWN: "omctl is killed each time it has made a plan version, and then can list none",
    FaultName.UPGRADE_REFUSED: "omctl says that it can't upgrade the instance",
    FaultName.UPGRADE_FAILS: "the upgrade of the instance fails",
    FaultName.UPGRADE_NEVER_ENDS: "the upgrade of the instance has no end",
}


@dataclass(frozen=True)
class Faults:
    """What a release meets."""

    registry: tuple[Fault, ...] = ()
    omctl: tuple[OmctlFault, ...] = ()
    builder: tuple[BuilderFault, ...] = ()
    seed: Mapping[str, object] = field(default_factory=dict)
    """What the stand-in API begins with, beside what the plan needs (`ci.rehearsal.seed`)."""


def faults_of(name: FaultName | None, plan: Plan, instance: str) -> Faults:
    """What a release of the plan meets, of which `instance` is to be upgraded; nothing for None."""
    if name is None:
        return Faults()
    first = plan.images[0]
    repository = re.escape(first.sha_reference.path) + "/"
    version = re.escape(first.version_reference.tag)
    secrets = {plan.settings.environment_type.upper(): sorted(plan.secrets)[1:]}
    killed = OmctlFault(command="build", after=True, instead=Completed(137, "", ""))
    unlisted = OmctlFault(command="service-plan list", first=2, times=0, instead=Completed(137, "", ""))
    refused = Completed(0, "", f"Error: {instance} not found")
    return {
        FaultName.SECRET_MISSING: Faults(seed={"secrets": secrets}),
        FaultName.PUSH_DENIED: Faults(registry=(denied().at("POST", repository + "blobs/uploads", times=0),)),
        FaultName.BUILD_FAILS: Faults(
            builder=(BuilderFault(moment="build", kind=BuilderFaultKind.REFUSED, image=first.name),)
        ),
        FaultName.SHA_TAG_DENIED: Faults(registry=(denied().at("PUT", repository + "manifests/sha-", times=0),)),
        FaultName.VERSION_TAG_DENIED: Faults(
            registry=(denied().at("PUT", repository + f"manifests/{version}", times=0),)
        ),
        FaultName.PLAN_REFUSED: Faults(seed={"refuse_builds": "quota of plans reached"}),
        FaultName.PLAN_VERSION_UNKNOWN: Faults(omctl=(killed, unlisted)),
        FaultName.UPGRADE_REFUSED: Faults(omctl=(OmctlFault(command="upgrade", instead=refused),)),
        FaultName.UPGRADE_FAILS: Faults(seed={"fail_upgrades_of": [instance]}),
        FaultName.UPGRADE_NEVER_ENDS: Faults(seed={"in_progress_polls": 100_000}),
    }[name]
