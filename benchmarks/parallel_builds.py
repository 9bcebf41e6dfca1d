"""The wall of building and publishing eleven images, over that of the slowest alone; needs a Dagger engine.

Each Dockerfile waits and does nothing else, so that the figure is about our scheduling and not about the machine's
cores. What is timed are the release's own steps (images, version tags, read back) of a rehearsal, from its report.

    .venv/bin/python benchmarks/parallel_builds.py [BASE_IMAGE]
"""

import json
import sys
import tempfile
import uuid
from pathlib import Path

from figures import ROOT, machine, seconds, verdict

RATIO = 1.10
IMAGES, SLOWEST = 11, 30
STEPS = frozenset({"images", "version tags", "read back"})
SHA = "0123456789abcdef" * 2 + "01234567"
SETTINGS = """[tool.slipway]
image_prefix = "ghcr.io/slipway/benchmark"
product_name = "Benchmark"
"""


def product(folder: Path, base: str, waits: dict[str, int]) -> None:
    """Write a product whose images wait for so many seconds each, never from a cache."""
    files = {
        "VERSION": "1.0.0\n",
        "CHANGELOG.md": "## [1.0.0] - 2026-01-01\n\n- Waits.\n",
        "pyproject.toml": SETTINGS,
        "docker-compose.yaml": "services:\n"
        + "".join(f"  {name}:\n    build:\n      dockerfile: Dockerfile.{name}\n" for name in waits),
    }
    for name, wait in waits.items():
        files[f"Dockerfile.{name}"] = f"FROM {base}\nRUN sleep {wait} && echo {uuid.uuid4().hex} > /made\n"
    for name, text in files.items():
        (folder / name).write_text(text)


def published(base: str, waits: dict[str, int]) -> tuple[float, float]:
    """Seconds of building and publishing such a product, and of the whole call."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        product(folder, base, waits)
        call = ["dagger", "--silent", "call", "rehearse", "--source", place, "--sha", SHA]
        whole = seconds([*call, "files", "export", "--path", f"{place}/result"], folder=ROOT)
        report = json.loads((folder / "result/report.json").read_text())
    return sum(step["seconds"] for step in report["steps"] if step["name"] in STEPS), whole


def main() -> int:
    """Time all, and the slowest alone, after a first run that brings the base image and its compressed layers."""
    base = sys.argv[1] if len(sys.argv) > 1 else "python:3.11-slim"
    print(machine())
    waits = {f"image{at}": SLOWEST * (at + 1) // IMAGES for at in range(IMAGES)}
    published(base, {"image0": 1})
    alone, alone_whole = published(base, {"slowest": SLOWEST})
    together, together_whole = published(base, waits)
    print(f"the slowest alone ({SLOWEST} s of waiting): {alone:.1f} s; the whole call {alone_whole:.1f} s")
    print(f"all {IMAGES} ({sum(waits.values())} s of waiting): {together:.1f} s; the whole call {together_whole:.1f} s")
    print(f"one after another would be {sum(waits.values()) / alone:.1f} times the slowest alone, at the least")
    return 0 if verdict("all ÷ the slowest alone", together / alone, RATIO) else 1


if __name__ == "__main__":
    sys.exit(main())
