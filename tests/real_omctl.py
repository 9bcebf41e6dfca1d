"""The real omctl in a folder of its own, with a running stand-in to talk to."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from programs import program
from standin import RunningStandin, running_standin

from ci.core.omctl.files import PINNED_FILE
from ci.core.omctl.model import Completed


def printed(done: Completed) -> Any:  # Any: JSON
    """What a successful run printed: JSON on stdout and nothing on stderr."""
    assert (done.exit_code, done.stderr) == (0, "")
    return json.loads(done.stdout)


@dataclass(frozen=True)
class RealOmctl:
    """Runs the binary in `folder/work`, beside the compose file; its home is `folder/home`."""

    binary: str
    folder: Path
    standin: RunningStandin
    api_key: str

    @property
    def work(self) -> Path:
        """The working directory."""
        return self.folder / "work"

    def run(self, *arguments: str, api_key: str | None = None, **variables: str) -> Completed:
        """Run it once, with the given key in place of its own, and more environment variables."""
        key = self.api_key if api_key is None else api_key
        done = subprocess.run(
            [self.binary, *arguments],
            cwd=self.work,
            env=self.standin.environment(self.folder / "home", key) | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return Completed(done.returncode, done.stdout, done.stderr)

    def json(self, *arguments: str) -> Any:  # Any: JSON
        """What a command prints that must succeed."""
        return printed(self.run(*arguments, "-o", "json"))

    def write(self, compose: str) -> None:
        """Write the compose file."""
        (self.work / PINNED_FILE).write_bytes(compose.encode())

    def state(self) -> dict[str, Any]:  # Any: JSON
        """The state of the stand-in."""
        return self.standin.state()


@contextmanager
def real_omctl(folder: Path, seed: Mapping[str, Any], compose: str, api_key: str) -> Iterator[RealOmctl]:
    """An omctl beside a compose file, with a stand-in that starts with a seed; skips the test without the program."""
    binary = program("omctl")
    for name in ("work", "home"):
        (folder / name).mkdir()
    with running_standin(folder, seed) as standin:
        omctl = RealOmctl(binary, folder, standin, api_key)
        omctl.write(compose)
        yield omctl
