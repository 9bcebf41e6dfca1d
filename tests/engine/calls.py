"""Calls of the module through the CLI, and what they export."""

import json
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
Dagger = Callable[..., subprocess.CompletedProcess[str]]
PROBE_SECONDS = 300
CALL_SECONDS = 900


def unreachable() -> str:
    """Why no engine can be used; `""` if one can."""
    if not shutil.which("dagger"):
        return "the dagger CLI is not on PATH"
    command = ["dagger", "--silent", "core", "version"]
    probe = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PROBE_SECONDS)
    return f"the dagger CLI reaches no engine: {probe.stderr.strip()[-200:]}" if probe.returncode else ""


def call(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run `dagger` with arguments, in the module's folder unless another one is given."""
    return subprocess.run(
        ["dagger", "--progress=plain", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=CALL_SECONDS,
        stdin=subprocess.DEVNULL,
    )


def interrupted(*arguments: str, at: str, folder: Path = ROOT) -> int:
    """Run `dagger`, interrupt it as Ctrl-C does when its progress shows `at`, and return its exit code."""
    command = ["dagger", "--progress=plain", *arguments]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as running:
        assert running.stderr
        assert any(at in line for line in running.stderr), f"it ended without {at}"
        running.send_signal(signal.SIGINT)
        running.stderr.read()
        return running.wait(timeout=PROBE_SECONDS)


def lock(folder: Path) -> dict[str, Any]:  # Any: JSON
    """The lock that a call exported."""
    found: dict[str, Any] = json.loads((folder / "slipway.lock.json").read_text())
    return found
