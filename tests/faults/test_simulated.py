"""The faults that a simulation shows are of those that releases are tried with."""

import pytest
from fakes import small_plan
from faults.scene import Scene
from faults.table import TABLE

from ci.simulation.fault_names import FaultName
from ci.simulation.faults import Faults, faults_of

NAMED = {
    FaultName.PLAN_REFUSED: "refused: the quota of plans is reached",  # there a response of the API to the real omctl
    FaultName.SECRET_MISSING: "a secret of the compose file is not there",  # there another one of the two
    FaultName.PLAN_VERSION_UNKNOWN: "killed when it is done",  # there once
}
"""The rows of the faults that are the same and played in another way."""


def same(scene: Scene, fault: Faults) -> bool:
    """Whether a scene has a fault; the path of a request to the registry may be written in another way."""
    requests = [(one.method, one.kind, one.response, one.times) for one in scene.registry]
    return (requests, scene.omctl, scene.builder, dict(scene.seed)) == (
        [(one.method, one.kind, one.response, one.times) for one in fault.registry],
        *(fault.omctl, fault.builder, dict(fault.seed)),
    )


@pytest.mark.parametrize("name", FaultName)
def test_a_simulated_fault_is_a_row_of_the_table(name: FaultName) -> None:
    if name in NAMED:
        assert any(row.fault == NAMED[name] for row in TABLE)
    else:
        faults = [faults_of(name, small_plan(), instance) for instance in ("instance-dev", "instance-rehearsal")]
        assert any(same(row.scene, fault) for row in TABLE for fault in faults)
