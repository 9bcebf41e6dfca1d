"""The time to build and publish eleven images, divided by that of the slowest alone; needs a Dagger engine.

Each Dockerfile only waits, so that the figure measures the scheduling and not the machine's cores. The times are those
of the steps of a rehearsal that build, push, tag and verify, from its report.

    .venv/bin/python benchmarks/parallel_builds.py [BASE_IMAGE]
"""

import json
import os
import sys
import tempfile
import uuid
from pathlib import Path

from figures import ROOT, machine, seconds, within_limit

from ci.core.release.steps import StepName

RATIO = 1.10
IMAGES, SLOWEST = 11, 30
STEPS = frozenset({StepName.IMAGES, StepName.VERSION_TAGS, StepName.VERIFY})
GIT_SHA = "0123456789abcdef" * 2 + "01234567"
SETTINGS = """[tool.slipway]
image_prefix = "ghcr.io/slipway/benchmark"
product_name = "Benchmark"
"""


def product(folder: Path, base: str, waits: dict[str, int]) -> None:
    """Write a product whose images take that many seconds to build; no build step is ever in a cache."""
    image = os.environ.get("BUILDKIT_IMAGE", "")  # where the default can't be pulled
    files = {
        "VERSION": "1.0.0\n",
        "CHANGELOG.md": "## [1.0.0] - 2026-01-01\n\n- Waits.\n",
        "pyproject.toml": SETTINGS + (f'buildkit_image = "{image}"\n' if image else ""),
        "docker-compose.yaml": "services:\n"
        + "".join(f"  {name}:\n    build:\n      dockerfile: Dockerfile.{name}\n" for name in waits),
    }
    for name, wait in waits.items():
        files[f"Dockerfile.{name}"] = f"FROM {base}\nRUN sleep {wait} && echo {uuid.uuid4().hex} > /stamp\n"
    for name, text in files.items():
        (folder / name).write_text(text)


def published(base: str, waits: dict[str, int]) -> tuple[float, float]:
    """Seconds to build and publish such a product, and seconds of the whole call."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        product(folder, base, waits)
        call = ["dagger", "--silent", "call", "rehearse", "--source", directory, "--sha", GIT_SHA]
        total = seconds([*call, "files", "export", "--path", f"{directory}/result"], folder=ROOT)
        report = json.loads((folder / "result/report.json").read_text())
    return sum(step["seconds"] for step in report["steps"] if step["name"] in STEPS), total


def main() -> int:
    """Time all, and the slowest alone, after a first run that fetches the base image and compresses its layers."""
    base = sys.argv[1] if len(sys.argv) > 1 else "python:3.11-slim"
    print(machine())
    waits = {f"image{at}": SLOWEST * (at + 1) // IMAGES for at in range(IMAGES)}
    published(base, {"image0": 1})
    alone, alone_total = published(base, {"slowest": SLOWEST})
    together, together_total = published(base, waits)
    print(f"the slowest alone ({SLOWEST} s of waiting): {alone:.1f} s; the whole call {alone_total:.1f} s")
    print(f"all {IMAGES} ({sum(waits.values())} s of waiting): {together:.1f} s; the whole call {together_total:.1f} s")
    print(f"one after another would be {sum(waits.values()) / alone:.1f} times the slowest alone, at the least")
    return 0 if within_limit("all ÷ the slowest alone", together / alone, RATIO) else 1


if __name__ == "__main__":
    sys.exit(main())
