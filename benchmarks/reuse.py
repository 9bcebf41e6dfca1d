"""What publishing the reference product costs again: nothing, one program or one requirements file changed.

All commits go to one registry in the engine. The figures are seconds of the step that builds and pushes images, and its
ratio to that of the first commit, which builds all of them; layers that the builder's cache has are not made again.

    .venv/bin/python benchmarks/reuse.py
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from figures import ROOT, machine, within_limit

from ci.core.release.steps import StepName

SECONDS = 0.3
"""Of the step where nothing changed: eleven tags are looked up, set and read back, and no builder is started."""
PROGRAM, REQUIREMENTS = "stack/jobs/reader/__init__.py", "stack/jobs/parser/requirements.txt"
CASES = ("all images", "nothing changed", "one program", "one requirements file", "nothing changed again")


def published(folder: Path) -> list[dict[str, Any]]:  # Any: JSON
    """The reports of the commits."""
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "x", "-C", folder], input=archive, check=True)
    edits = [{}, {}, *({path: f"{(folder / path).read_text()}\n# edited\n"} for path in (PROGRAM, REQUIREMENTS)), {}]
    (folder.parent / "edits.json").write_text(json.dumps(edits))
    script = [sys.executable, "tests/engine/publishing.py", str(folder), str(folder.parent / "edits.json")]
    done = subprocess.run(["dagger", "run", "--silent", *script], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def main() -> int:
    """Print a line for each case."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory) / "product"
        folder.mkdir()
        reports = published(folder)
    print(machine())
    steps = [{step["name"]: step["seconds"] for step in report["steps"]} for report in reports]
    for case, report, taken in zip(CASES, reports, steps, strict=True):
        built = sum(1 for image in report["images"] if image["action"] == "built")
        images = taken[StepName.IMAGES]
        ratio = images / steps[0][StepName.IMAGES]
        print(f"{case}: {built} built; {images:.2f} s, {ratio:.3f} of the first; all steps {report['seconds']:.1f} s")
    return 0 if within_limit("images step, nothing changed", steps[1][StepName.IMAGES], SECONDS) else 1


if __name__ == "__main__":
    sys.exit(main())
