"""Publishes commits of a product to one registry in the engine, one after the other, and prints their reports as JSON.

    dagger run python tests/engine/publishing.py FOLDER EDITS [FILE …]

EDITS is a file with a JSON array, of which each entry is a commit: the texts of the files that it changes, by their
paths. `files` of a report has the text of each FILE, `IMAGE:PATH`, in the image as it was published.

A rehearsal has a registry of its own in each call, so that it can't show what one release leaves to the next.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

import anyio  # noqa: E402 - the path is set above, so that the file runs by itself
import anyio.lowlevel  # noqa: E402
import dagger  # noqa: E402
from dagger import dag  # noqa: E402

from ci.adapters import disk  # noqa: E402
from ci.adapters.clock import SystemClock  # noqa: E402
from ci.adapters.dagger_buildkit import BuildkitBuilder  # noqa: E402
from ci.adapters.dagger_inputs import reuse_ports  # noqa: E402
from ci.adapters.dagger_rehearsal import REGISTRY_PORT, Rehearsal  # noqa: E402
from ci.adapters.records import records_of  # noqa: E402
from ci.adapters.registry import OciRegistry  # noqa: E402
from ci.core.product.source import EXCLUDED_PATTERNS  # noqa: E402
from ci.core.release.history import History  # noqa: E402
from ci.core.release.plan import labels, make_plan  # noqa: E402
from ci.core.release.report_json import as_json  # noqa: E402
from ci.pipelines.release import publish  # noqa: E402


async def _is_ancestor(old: str, new: str) -> bool:
    """The commits have the numbers of their order."""
    await anyio.lowlevel.checkpoint()
    return old <= new


async def main(folder: Path, commits: list[dict[str, str]], files: list[str]) -> list[dict[str, Any]]:  # Any: JSON
    """The report of each commit, with the seconds of the whole, and the files of its images."""
    image = os.environ.get("BUILDKIT_IMAGE")  # where the default can't be pulled
    _, settings, _ = disk.locate(folder, {"buildkit_image": image} if image else {})
    async with dagger.connection(dagger.Config(log_output=sys.stderr)):
        run = str(time.time_ns())
        container = dag.container().from_(settings.registry_image).with_env_variable("RUN", run)
        registry = await container.with_exposed_port(REGISTRY_PORT).as_service(use_entrypoint=True).start()
        tunnel = await dag.host().tunnel(registry).start()
        client = OciRegistry(redirect=await tunnel.endpoint())
        reports = []
        for number, edits in enumerate(commits, start=1):
            for path, text in edits.items():
                (folder / path).write_text(text)
            plan = make_plan(disk.read_source(folder, settings, full=True), settings, f"{number:040x}")
            tree = await dag.host().directory(str(folder), exclude=[*EXCLUDED_PATTERNS], no_cache=True).sync()
            started = time.perf_counter()
            report = await publish(
                plan,
                plan.images,
                BuildkitBuilder(
                    tree,
                    settings,
                    labels(settings, plan.git_sha, plan.version),
                    rehearsal=Rehearsal(registry, "", registry),
                ),
                client,
                SystemClock(),
                history=History(is_ancestor=_is_ancestor),
                records=records_of(settings, client),
                reuse_ports=reuse_ports(plan, tree, client),
            )
            seconds = time.perf_counter() - started
            published = {one.name: one.digest for one in report.results.images}
            images = {one.name: f"{one.sha_reference.path}@{published[one.name]}" for one in plan.images}
            texts = {}
            for name, _, path in (one.partition(":") for one in files):
                address = f"127.0.0.1:{REGISTRY_PORT}/{images[name]}"
                pulled = dag.container().from_(address, registry_service=registry)
                texts[name] = await pulled.file(path).contents()
            reports.append(as_json(report) | {"seconds": seconds, "files": texts})
        return reports


if __name__ == "__main__":
    made = anyio.run(main, Path(sys.argv[1]).resolve(), json.loads(Path(sys.argv[2]).read_text()), sys.argv[3:])
    print(json.dumps(made, indent=1))  # noqa: T201 - its result
