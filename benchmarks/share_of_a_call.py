"""The time of `dagger call gen-compose`, divided by that of an empty function of the module; needs a Dagger engine.

The empty function is added to a copy of the module. Each call has a git sha of its own, so that no result comes from a
cache. Both are timed in turns, as whole calls.

    .venv/bin/python benchmarks/share_of_a_call.py
"""

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

from figures import ROOT, machine, print_times, seconds, within_limit

RATIO = 1.1
RUNS = 9
EMPTY = '''
    @function
    async def empty(self, source: Source, sha: GitSha) -> str:
        """Do nothing."""
        return ""
'''


def main() -> int:
    """Time both in turns, after a first call of each."""
    print(machine())
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
        for name in tracked.stdout.splitlines():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
        add_empty_function(folder / "ci/main.py")
        subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)  # a module must be in a repository

        def call(function: str, *more: str) -> float:
            return seconds(["dagger", "--silent", "call", function, "--sha", unused_git_sha(), *more], folder=folder)

        names = {"gen-compose": ("contents",), "empty": ()}
        times: dict[str, list[float]] = {name: [] for name in names}
        for name, more in names.items():
            call(name, *more)
        for _ in range(RUNS):
            for name, more in names.items():
                times[name].append(call(name, *more))
    for name, taken in times.items():
        print_times(f"dagger call {name}", taken)
    ratio = statistics.median(times["gen-compose"]) / statistics.median(times["empty"])
    return 0 if within_limit("gen-compose ÷ empty", ratio, RATIO) else 1


def add_empty_function(main_file: Path) -> None:
    """Add the empty function to the main object, before `gen_compose`."""
    text, count = re.subn(
        r"(?=^    @effect\b[^\n]*\n    async def gen_compose\()",
        EMPTY.lstrip("\n") + "\n",
        main_file.read_text(),
        flags=re.MULTILINE,
    )
    if count != 1:
        raise SystemExit(f"{main_file}: expected `@effect` and `async def gen_compose(` once, one line after the other")
    main_file.write_text(text)


def unused_git_sha() -> str:
    """A random git sha."""
    return uuid.uuid4().hex + "00000000"


if __name__ == "__main__":
    sys.exit(main())
