"""Commits of a product published to one registry in an engine: what is built again, and what is in it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from engine.calls import ROOT

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("dagger")]


def published(folder: Path, *edits: dict[str, str], files: tuple[str, ...] = ()) -> list[dict[str, Any]]:  # Any: JSON
    """The report of each commit, with these files of its images."""
    (folder.parent / "edits.json").write_text(json.dumps(edits))
    script = [sys.executable, "tests/engine/publishing.py", str(folder), str(folder.parent / "edits.json"), *files]
    done = subprocess.run(["dagger", "run", "--silent", *script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert [report["problems"] + report["warnings"] for report in found] == [[]] * len(found)
    return found


def actions(report: dict[str, Any]) -> dict[str, str]:
    return {image["name"]: image["action"] for image in report["images"]}


def test_what_changed_is_built_and_what_did_not_is_the_same_image(product: Path) -> None:
    main = (product / "web/main.py").read_text()
    first, same, edited, back = published(
        *(product, {}, {"certs/ca.pem": "another\n"}, {"web/main.py": f"{main}# edited\n"}, {"web/main.py": main}),
        files=("web:/web/main.py",),
    )
    assert [one["files"]["web"] for one in (first, same, edited, back)] == [main, main, f"{main}# edited\n", main]
    assert actions(first) == {"web": "built", "worker": "built"}
    assert actions(same) == actions(back) == {"web": "reused", "worker": "reused"}
    assert actions(edited) == {"web": "built", "worker": "reused"}
    assert [image["reason"] for image in edited["images"]] == [
        "web/main.py changed since 0000000",
        "built in 0000000, 0 days old",
    ]
    digests = [[image["digest"] for image in report["images"]] for report in (first, same, edited, back)]
    assert digests[0] == digests[1] == digests[3]
    assert digests[2][0] != digests[0][0]
    assert digests[2][1] == digests[0][1]


def test_a_checkout_of_another_umask_and_time_has_the_same_inputs(product: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "product"
    shutil.copytree(product, other, copy_function=shutil.copyfile)
    for path in other.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (0, 0))
    hashes = [[image["inputs"] for image in published(folder, {})[0]["images"]] for folder in (product, other)]
    assert hashes[0] == hashes[1]
    assert all(hashes[0])
