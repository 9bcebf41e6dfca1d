"""Builds the reference product with each builder, beside `docker buildx bake` where it is on the machine.

    python benchmarks/builders.py [--bake 127.0.0.1:5000/bake] [--buildkit-image IMAGE] [--builders buildkit,dagger]

Needs the dagger CLI and an engine; bake pushes to a registry that its builder reaches, and its builder's cache is
removed first, and again for the fresh builder, for which Slipway's layer cache is in the registry. Prints for each case
the seconds of the images step and the CPU seconds of the whole machine, and their ratios to bake's: run it on a machine
that does nothing else. A case with edits builds the images that they are in.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

import anyio  # noqa: E402 - the path is set above, so that the script runs by itself
import dagger  # noqa: E402
from dagger import dag  # noqa: E402

from ci.adapters.dagger_build_inputs import BuildInputs  # noqa: E402
from ci.adapters.dagger_builder import DaggerBuilder  # noqa: E402
from ci.adapters.dagger_buildkit import BuildkitBuilder  # noqa: E402
from ci.adapters.dagger_rehearsal import REGISTRY_PORT, Rehearsal  # noqa: E402
from ci.adapters.dagger_source import DaggerSource, product_tree  # noqa: E402
from ci.core.release.plan import plan_images  # noqa: E402
from ci.core.settings.product import BuilderKind, LayerCache, Settings  # noqa: E402
from ci.core.settings.read import parse_settings  # noqa: E402
from ci.session import read_source  # noqa: E402

PROGRAM, REQUIREMENTS = "stack/jobs/reader/__init__.py", "stack/jobs/parser/requirements.txt"
CASES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "cold builder": ("", ()),
    "nothing changed, a new commit": ("", ("*",)),
    "one program edited": (PROGRAM, ("reader",)),
    "one requirements file edited": (REQUIREMENTS, ("parser",)),
    "fresh builder, one program edited": (PROGRAM, ("reader",)),
}
"""The file that is edited, and the images that are built anew: `*` for all that there are, `()` for a first build."""


@dataclass
class Bake:
    """`docker buildx bake --push` with a builder of the machine; `place` is where it pushes to."""

    place: str
    services: list[str] = field(default_factory=list)
    run: str = field(default_factory=lambda: uuid.uuid4().hex)

    def build(self, folder: Path) -> None:
        """Build and push all images of the product in a folder."""
        targets = [f"--set={one}.tags={self.place}/{self.run}/{one}:1" for one in self.services]
        labels = f"--set=*.labels.org.opencontainers.image.revision={uuid.uuid4().hex}"
        command = ["docker", "buildx", "bake", "-f", "docker-compose.yaml", *targets, labels, "--provenance=false"]
        subprocess.run([*command, "--push"], cwd=folder, capture_output=True, check=True)

    def prepare(self, folder: Path) -> None:
        """Remove the builder's cache, and learn the names of the targets."""
        subprocess.run(["docker", "buildx", "prune", "--all", "--force"], capture_output=True, check=True)
        command = ["docker", "buildx", "bake", "-f", "docker-compose.yaml", "--print", "--progress=quiet"]
        printed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
        self.services = list(json.loads(printed)["target"])


def cpu_seconds() -> float:
    """What all processors of the machine have worked so far."""
    user, nice, system, _, _, irq, soft = map(int, Path("/proc/stat").read_text().split(maxsplit=8)[1:8])
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")


@dataclass
class Ours:
    """A builder of Slipway, with a cache of its own and an empty registry in the engine."""

    kind: BuilderKind
    settings: Settings
    registry: Rehearsal
    begun: tuple[float, float] = (0.0, 0.0)
    ended: tuple[float, float] = (0.0, 0.0)

    async def build(self, folder: Path, only: tuple[str, ...]) -> None:
        """Build and push the images of the product in a folder."""
        tree = await (await product_tree(dag.host().directory(str(folder), no_cache=True))).sync()
        read = await read_source(DaggerSource(tree, tree), self.settings)
        images = [one for one in plan_images(read, self.settings, "0" * 40) if only in {(), ("*",)} or one.name in only]
        make: Callable[..., BuildkitBuilder | DaggerBuilder] = (
            BuildkitBuilder if self.kind is BuilderKind.BUILDKIT else DaggerBuilder
        )
        label = {"org.opencontainers.image.revision": uuid.uuid4().hex}
        builder = make(tree, self.settings, label, rehearsal=self.registry, inputs=BuildInputs())
        self.begun = time.monotonic(), cpu_seconds()
        builds = await builder.publish(images)
        self.ended = time.monotonic(), cpu_seconds()
        for one in builds.outcomes:
            if one.error:
                raise one.error
        if not only:  # a first build, at whose end a release saves its steps
            await builder.save_cache()

    def spent(self) -> tuple[float, float]:
        """The seconds and the CPU seconds of the last images step."""
        return self.ended[0] - self.begun[0], self.ended[1] - self.begun[1]

    def fresh(self) -> None:
        """Go on with an empty builder, and the registry as it is."""
        self.settings = replace(self.settings, product_name=f"Benchmark {uuid.uuid4().hex}")


def product(folder: Path) -> None:
    """A copy of the reference product."""
    for name in ("docker-compose.yaml", ".omnistrate.env", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for name in ("stack", "certs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))


async def ours(kind: BuilderKind, image: str, settings: Settings) -> Ours:
    """A builder that is cold."""
    own = replace(
        settings,
        product_name=f"Benchmark {uuid.uuid4().hex}",
        buildkit_image=image or settings.buildkit_image,
        layer_cache=LayerCache.REGISTRY,
    )
    container = dag.container().from_(settings.registry_image).with_env_variable("RUN", uuid.uuid4().hex)
    service = container.with_exposed_port(REGISTRY_PORT).as_service(use_entrypoint=True)
    await service.start()
    await dag.container().from_(own.buildkit_image).sync()
    return Ours(kind, own, Rehearsal(service, "", service))


async def run(bake: Bake | None, kinds: list[BuilderKind], image: str) -> None:
    """All cases with all builders, one after another."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        product(folder)
        settings = parse_settings((folder / "pyproject.toml").read_text()) or Settings()
        if bake:
            bake.prepare(folder)
        async with dagger.connection():
            builders = [await ours(kind, image, settings) for kind in kinds]
            print(f"{'case':36}" + "".join(f"{one:>24}" for one in ([*(["bake"] if bake else []), *kinds])), flush=True)
            for case, (edited, only) in CASES.items():
                if edited:
                    with (folder / edited).open("a") as file:
                        file.write(f"# {uuid.uuid4().hex}\n")
                row: list[tuple[float, float]] = []
                if bake:
                    if case.startswith("fresh"):
                        bake.prepare(folder)
                    begun = time.monotonic(), cpu_seconds()
                    bake.build(folder)
                    row.append((time.monotonic() - begun[0], cpu_seconds() - begun[1]))
                for one in builders:
                    if case.startswith("fresh"):
                        one.fresh()
                    await one.build(folder, only)
                    row.append(one.spent())
                print(f"{case:36}" + "".join(_cell(*one, row[0] if bake else None) for one in row), flush=True)


def _cell(seconds: float, cpu: float, of: tuple[float, float] | None) -> str:
    ratio = f" ({seconds / of[0]:.2f}, {cpu / of[1]:.2f})" if of else ""
    return f"{f'{seconds:.1f} / {cpu:.1f}{ratio}':>24}"


def main() -> None:
    """Read the arguments, and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bake", default="", help="where bake pushes to; without it, bake is not run")
    parser.add_argument("--buildkit-image", default="")
    parser.add_argument("--builders", default="buildkit,dagger")
    given = parser.parse_args()
    kinds = [BuilderKind(one) for one in given.builders.split(",")]
    anyio.run(run, Bake(given.bake) if given.bake else None, kinds, given.buildkit_image)
    print("seconds / CPU seconds of the machine (their ratios to bake's)")


if __name__ == "__main__":
    main()
