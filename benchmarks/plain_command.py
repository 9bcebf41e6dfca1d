"""The CPU time of `slipway gen-compose` as a whole process: on the reference product, and on a file with 330 builds.

.venv/bin/python benchmarks/plain_command.py
"""

import sys
import sysconfig
import tempfile
from pathlib import Path

from figures import cpu_seconds, machine, print_times, within_limit
from pin import text

RUNS = 15
SECONDS = 0.25
START_UP = 13.0
"""How many times the time of a Python that does nothing the loading of all that `gen-compose` needs may take."""
SLIPWAY = str(Path(sysconfig.get_path("scripts")) / "slipway")
LOADING = "import gc; gc.disable(); import ci.cli.parser, ci.cli.gen_compose"
SETTINGS = '[tool.slipway]\nimage_prefix = "registry.example/o/shop"\ncompose_file = "compose.yaml"\n'


def main() -> int:
    """Time each in turns with a Python that does nothing."""
    print(machine())
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder)
        (large / "pyproject.toml").write_text(SETTINGS)
        (large / "compose.yaml").write_text(text(330))
        for run in range(RUNS):
            gen = [SLIPWAY, "gen-compose", "--sha", f"{run:040x}", "--output", f"{folder}/out.yaml"]
            for what, took in (
                ("slipway gen-compose", cpu_seconds(gen)),
                ("the same, 3,304 lines with 330 builds", cpu_seconds(gen, folder=large)),
                ("its loading", cpu_seconds([sys.executable, "-c", LOADING])),
                ("python -c pass", cpu_seconds([sys.executable, "-c", "pass"])),
            ):
                times.setdefault(what, []).append(took)
    for what, all_of_it in times.items():
        print_times(what, all_of_it)
    reference, many, loading, empty = (min(one) for one in times.values())  # other load can only add to it
    print(f"slipway gen-compose ÷ python -c pass: {reference / empty:.1f}")
    passed = within_limit("slipway gen-compose, seconds", reference, SECONDS)
    passed &= within_limit("the same with 330 builds, seconds", many, SECONDS)
    passed &= within_limit("loading ÷ python -c pass", loading / empty, START_UP)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
