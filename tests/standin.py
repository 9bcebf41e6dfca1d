"""The stand-in Omnistrate API as a process of its own, and how the real omctl is pointed at it."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[1] / "ci" / "rehearsal"


@dataclass(frozen=True)
class RunningStandin:
    """A stand-in that listens on a port of the loopback address."""

    port: str

    def state(self) -> dict[str, Any]:  # Any: JSON
        """Its own account of what was requested and what it holds."""
        with closing(urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_standin/state", timeout=10)) as response:
            state: dict[str, Any] = json.load(response)
        return state

    def environment(self, home: Path, api_key: str) -> dict[str, str]:
        """The environment in which omctl talks to this stand-in and does not retry; no key if it is empty."""
        return {
            "PATH": os.defpath,
            "HOME": str(home),
            "OMNISTRATE_HOST": f"127.0.0.1:{self.port}",
            "OMNISTRATE_HOST_SCHEME": "http",
            "OMNISTRATE_RETRY_MAX": "0",
            "OMNISTRATE_RETRY_WAIT_MIN_IN_SECONDS": "0",
            "OMNISTRATE_RETRY_WAIT_MAX_IN_SECONDS": "0",
            "OMNISTRATE_LOG_LEVEL": "disabled",
            **({"OMNISTRATE_API_KEY": api_key} if api_key else {}),
        }


@contextmanager
def running_standin(folder: Path, seed: Mapping[str, Any]) -> Iterator[RunningStandin]:
    """Start the stand-in from a copy of its package, as in the container of `rehearse`; stop it at the end."""
    shutil.copytree(PACKAGE, folder / "standin" / "rehearsal", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")
    log_file = folder / "standin.log"
    with (
        log_file.open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "rehearsal", "--port", "0", "--seed", str(folder / "seed.json")],
            env={"PYTHONPATH": str(folder / "standin")},
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as server,
    ):
        try:
            assert server.stdout
            port = server.stdout.readline().rpartition(":")[2].strip()
            assert port.isdigit(), log_file.read_text(encoding="utf-8")
            yield RunningStandin(port)
        finally:
            server.terminate()
