"""The dagger CLI of this machine: `python -m ci.adapters.dagger_cli` prints the path of one that reaches an engine.

It is the one on PATH, if that has the version of `dagger.json`; else the one in the cache folder, and if there is none
it is downloaded there by the SDK, which checks its sum. Nothing is installed in the system. Without an engine, the
reason is printed in place of the path, with exit code 1; what is under way goes to standard error.
"""

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import environ
from pathlib import Path
from types import FrameType

from ci.errors import ConfigurationError, Problem, SlipwayError

RUNTIMES = ("docker", "podman")
RUNNER_HOST = "_EXPERIMENTAL_DAGGER_RUNNER_HOST"
"""The variable that names an engine which runs already."""
DOWNLOAD_SECONDS, ENGINE_SECONDS, ANSWER_SECONDS = 600.0, 300.0, 30.0
"""Limits of the download, of the first call to an engine, which may have to be pulled, and of any other program."""
_VERSION = re.compile(r"\bv\d+\.\d+\.\d+\S*")


class _TooSlowError(Exception):
    """The time is up."""


def cli_version(folder: Path) -> str:
    """The version of the engine that the module in a folder is made for: `v0.21.8`."""
    return str(json.loads((folder / "dagger.json").read_text(encoding="utf-8"))["engineVersion"])


def cached_cli(environment: Mapping[str, str], version: str) -> Path:
    """Where the SDK keeps a CLI that it has downloaded."""
    given = environment.get("XDG_CACHE_HOME", "").strip()
    if given:
        return Path(given).expanduser() / "dagger" / f"dagger-{version.removeprefix('v')}"
    from platformdirs import user_cache_path  # noqa: PLC0415 - slow

    return user_cache_path() / "dagger" / f"dagger-{version.removeprefix('v')}"


def find_cli(environment: Mapping[str, str], version: str, seconds: float = DOWNLOAD_SECONDS) -> Path:
    """A CLI of this version: on PATH, in the cache, or downloaded into it within so many seconds.

    Raises:
        ConfigurationError: there is none, and it can't be downloaded, or there is nothing to start an engine with.
    """
    path = shutil.which("dagger", path=environment.get("PATH", ""))
    if path:
        found = _version_of(path)
        if found == version:
            return Path(path)
        _note(f"{path} is {found or 'no dagger CLI that responds'}, and the module is made for {version}: not used")
    cached = cached_cli(environment, version)
    if cached.is_file():
        if _version_of(str(cached)) == version:
            return cached
        cached.unlink()
        _note(f"{cached} was no dagger CLI {version}: removed")
    if not environment.get(RUNNER_HOST) and not any(_responds(name, environment) for name in RUNTIMES):
        raise ConfigurationError(
            Problem(
                what="There is nothing that a Dagger engine could be started with",
                value=f"neither {' nor '.join(RUNTIMES)} responds, and {RUNNER_HOST} is not set",
                expected="Docker or Podman, or an engine that runs",
                hint="install and start Docker or Podman, and run `make rehearse` again",
            )
        )
    _note(f"Downloading the dagger CLI {version} to {cached}")
    return _downloaded(cached, version, seconds)


def check_engine(cli: Path) -> None:
    """Call an engine, which the CLI starts if none runs.

    Raises:
        ConfigurationError: it does not respond.
    """
    done = _run([str(cli), "--silent", "core", "version"], ENGINE_SECONDS)
    if done is None or done.returncode:
        raise ConfigurationError(
            Problem(
                what="The dagger CLI reaches no engine",
                value=done.stderr.strip()[-500:] if done else f"no response within {ENGINE_SECONDS:g} s",
                expected=f"an engine that responds to `{cli} core version`",
                hint="run that command to see why; start Docker or Podman if none runs",
            )
        )


def _downloaded(cached: Path, version: str, seconds: float) -> Path:
    from dagger.provisioning._download import Downloader  # noqa: PLC0415 - slow, and seldom needed

    try:
        with _time_limit(seconds):
            return Path(Downloader(version.removeprefix("v")).get_sync())
    except Exception as error:
        shown = f"no end within {seconds:g} s" if isinstance(error, _TooSlowError) else str(error)
        raise ConfigurationError(
            Problem(
                what=f"The dagger CLI {version} could not be downloaded",
                value=shown or type(error).__name__,
                expected="the archive of the CLI with the sum that is published beside it",
                hint=f"behind a proxy, set HTTPS_PROXY; offline, put the dagger CLI {version} on PATH or at {cached}; "
                "then run `make rehearse` again",
            )
        ) from error


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise `_TooSlowError` in the block when its time is up; for the main thread."""

    def end(_: int, __: FrameType | None) -> None:
        raise _TooSlowError

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _version_of(cli: str) -> str:
    """The version that a CLI says it has; `""` if it does not respond."""
    done = _run([cli, "version"], ANSWER_SECONDS)
    found = _VERSION.search(done.stdout) if done and not done.returncode else None
    return found[0] if found else ""


def _responds(runtime: str, environment: Mapping[str, str]) -> bool:
    """Whether a container runtime is there and runs: `info` asks its daemon."""
    path = shutil.which(runtime, path=environment.get("PATH", ""))
    done = _run([path, "info"], ANSWER_SECONDS) if path else None
    return done is not None and not done.returncode


def _run(command: list[str], seconds: float) -> subprocess.CompletedProcess[str] | None:
    """The end of a program; None if it can't be run, or does not end in time."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)  # noqa: S603 - ours
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def _note(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - what is under way


def main() -> int:
    """Print the path, or why there is none."""
    try:
        cli = find_cli(environ, cli_version(Path.cwd()))
        check_engine(cli)
    except SlipwayError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{cli}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
