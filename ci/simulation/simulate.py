"""The release of a plan in which nothing outside of this process takes part."""

import json
import os
from pathlib import Path, PurePosixPath

from ci.adapters.disk_inputs import entries
from ci.adapters.image_documents import OciImageDocuments
from ci.adapters.records import records_of
from ci.adapters.registry import OciRegistry
from ci.core.images.tree import Tree
from ci.core.release.plan import Plan, labels
from ci.core.release.record import records_repository
from ci.core.release.rehearsal import REHEARSAL_KEY, rehearsal_seed, simulation_plan
from ci.core.release.report import Report
from ci.pipelines.release import release
from ci.pipelines.reuse_ports import ReusePorts
from ci.rehearsal.seed import parse
from ci.rehearsal.state import initial_state
from ci.simulation.builder import SimulatedBuilder
from ci.simulation.fault_names import FaultName
from ci.simulation.faults import faults_of
from ci.simulation.omctl import SimulatedOmctl
from ci.simulation.omctl_faults import FaultyOmctl
from ci.simulation.outside import SimulatedBases, SimulatedClock
from ci.simulation.registry import MemoryRegistry


class _DiskTree:
    """The source tree on the disk without `output`, which may be in it; see `ci.pipelines.reuse_ports.HashedTree`."""

    def __init__(self, top: Path, output: Path) -> None:
        self._top, self._output = top, PurePosixPath(os.path.relpath(output.resolve(), top.resolve()))

    async def entries(self) -> Tree:
        """See `ci.pipelines.reuse_ports.HashedTree`."""
        found = entries(self._top)
        return {path: entry for path, entry in found.items() if not PurePosixPath(path).is_relative_to(self._output)}


async def simulate(planned: Plan, top: Path, output: Path, fault: FaultName | None = None) -> Report:
    """The report of a simulated release of the source at `top`, which meets `fault`; its files go to `output`."""
    plan, clock = simulation_plan(planned), SimulatedClock()
    seed = rehearsal_seed(plan)
    faults = faults_of(fault, plan, seed["instances"][0]["id"])
    transport = MemoryRegistry(faults.registry).transport()
    registry = OciRegistry(transport=transport, sleep=clock.sleep, log=_no_log)
    state = initial_state(parse(json.dumps({**seed, **faults.seed})))
    omctl = FaultyOmctl(SimulatedOmctl(state, REHEARSAL_KEY), faults.omctl)
    own_labels = labels(plan.settings, plan.git_sha, plan.version)
    builder = SimulatedBuilder(registry, plan.settings, own_labels, faults.builder)
    documents = OciImageDocuments(registry, records_repository(plan.settings.image_prefix))
    return await release(
        plan,
        builder,
        registry,
        omctl,
        clock,
        records=records_of(plan.settings, registry),
        reuse_ports=ReusePorts(_DiskTree(top, output), SimulatedBases(), documents),
    )


def _no_log(_: str) -> None:
    """Retries are not shown: their waits take no time."""
