"""How long `slipway gen-compose` takes on the reference product, as a whole process.

.venv/bin/python benchmarks/plain_command.py
"""

import statistics
import sys
import sysconfig
import tempfile
from pathlib import Path

from figures import machine, seconds, told, verdict

RUNS = 15
SECONDS = 0.25
SLIPWAY = str(Path(sysconfig.get_path("scripts")) / "slipway")


def main() -> int:
    """Time both in turns."""
    print(machine())
    ours: list[float] = []
    nothing: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(RUNS):
            output = f"{folder}/docker-compose.omni.yaml"
            ours.append(seconds([SLIPWAY, "gen-compose", "--sha", f"{run:040x}", "--output", output]))
            nothing.append(seconds([sys.executable, "-c", "pass"]))
    told("slipway gen-compose", ours)
    told("python -c pass", nothing)
    print(f"slipway gen-compose ÷ python -c pass: {statistics.median(ours) / statistics.median(nothing):.1f}")
    return 0 if verdict("slipway gen-compose, seconds", statistics.median(ours), SECONDS) else 1


if __name__ == "__main__":
    sys.exit(main())
