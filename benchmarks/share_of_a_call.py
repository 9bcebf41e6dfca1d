"""Our share of a call: `dagger call gen-compose` over an empty function of the same module; needs a Dagger engine.

The module is copied, and a function that does nothing is added to the copy. Each run has a git sha of its own, so that
neither is answered from a cache; both are timed in turns, as whole calls.

    .venv/bin/python benchmarks/share_of_a_call.py
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

from figures import ROOT, machine, seconds, told, verdict

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
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
        for name in tracked.stdout.splitlines():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
        main_file = folder / "ci/main.py"
        text = main_file.read_text()
        before = "    @effect  # for what it prints: an answer from the cache says nothing\n    async def gen_compose("
        if text.count(before) != 1:
            raise SystemExit(f"{main_file} has another form than this benchmark knows")
        main_file.write_text(text.replace(before, EMPTY.lstrip("\n") + "\n" + before))
        subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)  # the root of the source is a repository's

        def call(function: str, *more: str) -> float:
            return seconds(["dagger", "--silent", "call", function, "--sha", sha(), *more], folder=folder)

        names = {"gen-compose": ("contents",), "empty": ()}
        times: dict[str, list[float]] = {name: [] for name in names}
        for name, more in names.items():
            call(name, *more)
        for _ in range(RUNS):
            for name, more in names.items():
                times[name].append(call(name, *more))
    for name, taken in times.items():
        told(f"dagger call {name}", taken)
    ratio = statistics.median(times["gen-compose"]) / statistics.median(times["empty"])
    return 0 if verdict("gen-compose ÷ empty", ratio, RATIO) else 1


def sha() -> str:
    """A git sha that was never used."""
    return uuid.uuid4().hex + "00000000"


if __name__ == "__main__":
    sys.exit(main())
