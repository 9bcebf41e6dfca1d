"""The workflows of .github, read and run as a runner does it, with a stub in place of `dagger`."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagger_surface import surface
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
SECRETS = {"GH_PAT": "secret-of-the-registry", "OMNISTRATE_API_KEY": "secret-of-omnistrate"}
_EXPRESSION = re.compile(r"\$\{\{ *(.+?) *\}\}")
Json = dict[str, Any]  # Any: YAML and JSON


def read(file: Path | str) -> Json:
    """A workflow; YAML 1.2, in which `on` is a string."""
    found: Json = YAML(typ="safe", pure=True).load(ROOT / file if isinstance(file, str) else file)
    return found


@dataclass(frozen=True)
class Ran:
    """How the commands of a job ended: the exit code of the last one that ran, and what they wrote."""

    code: int
    out: str
    calls: list[list[str]]
    """The words of each call of `dagger`."""
    summary: str
    outputs: dict[str, str]


class Runner:
    """A runner with a checkout in `folder` and its own files in `aside`; the environment has the event and the stub."""

    def __init__(
        self,
        folder: Path,
        aside: Path,
        *,
        event: object,
        git_sha: str,
        files: Mapping[str, str],
        stubs: Mapping[str, str],
    ) -> None:
        self.folder = folder
        for name in ("bin", "files"):
            (aside / name).mkdir()
        for name, text in files.items():
            (aside / "files" / name).write_text(text)
        (aside / "event.json").write_text(json.dumps(event))
        (aside / "surface.json").write_text(json.dumps(surface()))
        dagger = f'#!/bin/sh\nexec {sys.executable} {ROOT}/tests/integration/stub_dagger.py "$@"\n'
        for name, text in {"dagger": dagger, **stubs}.items():
            (aside / "bin" / name).write_text(text)
            (aside / "bin" / name).chmod(0o755)
        self._calls, self._summary, self._outputs = (aside / name for name in ("calls", "summary", "outputs"))
        self.environment = {
            "PATH": f"{aside / 'bin'}:{os.environ['PATH']}",
            "HOME": str(aside),
            "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
            "GITHUB_SHA": git_sha,
            "GITHUB_EVENT_PATH": str(aside / "event.json"),
            "GITHUB_STEP_SUMMARY": str(self._summary),
            "GITHUB_OUTPUT": str(self._outputs),
            "STUB_CALLS": str(self._calls),
            "STUB_SURFACE": str(aside / "surface.json"),
            "STUB_FILES": str(aside / "files"),
        }

    def run(self, job: Json, values: Mapping[str, str]) -> Ran:
        """Run the commands of a job, one after another, until one fails; `values` are those of `${{ … }}`."""
        code, out = 0, ""
        for step in job["steps"]:
            if "run" in step and not code:
                given = {
                    name: _EXPRESSION.sub(lambda found: values[found[1]], text)
                    for name, text in step.get("env", {}).items()
                }
                done = self.shell(step["run"], given)
                code, out = done.returncode, out + done.stdout + done.stderr
        return self.ran(code, out)

    def shell(self, script: str, more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a script as a runner does: `bash -e`."""
        bash = shutil.which("bash")
        assert bash
        return subprocess.run(
            [bash, "-e", "-c", script], cwd=self.folder, env={**self.environment, **more},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def ran(self, code: int, out: str) -> Ran:
        """What was written so far."""
        texts = [path.read_text() if path.exists() else "" for path in (self._calls, self._summary, self._outputs)]
        calls = [json.loads(line) for line in texts[0].splitlines()]
        outputs = dict(line.split("=", 1) for line in texts[2].splitlines())
        return Ran(code, out, calls, texts[1], outputs)
