"""The builder's script with a daemon that only listens: ends of images, retries, deadlines, locks, damaged caches."""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from programs import program

from ci.core.images.build_results import BuilderResults, Status, read_results

pytestmark = pytest.mark.integration
SCRIPT = Path(__file__).parents[2] / "ci" / "adapters" / "buildkit.sh"
DIGEST = "sha256:" + "a" * 64
GOOD = f"""case $1 in push) printf '{{\\n "containerimage.digest": "{DIGEST}"\\n}}' >"$2" ;; esac"""
DAEMON = """#!/bin/sh
while [ "$1" != --root ]; do shift; done
mkdir -p "$2"
[ ! -e "$2/damaged" ] || { echo "panic: invalid database"; exit 1; }
[ ! -e "$2/../always" ] || { echo "no mounts here"; exit 1; }
while [ "$1" != --addr ]; do shift; done
exec python3 -c 'import signal, socket, sys
one = socket.socket(socket.AF_UNIX); one.bind(sys.argv[1]); one.listen(); signal.pause()' "${2#unix://}"
"""
Run = Callable[..., BuilderResults]


@pytest.fixture(params=["busybox", "this machine's"])
def root(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder for a run, in whose `bin` are the programs of busybox, as moby/buildkit has them, or nothing of them.

    Debian's busybox lacks `flock`, which Alpine's has, with the flags that the script uses.
    """
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    if request.param == "busybox":
        busybox = program("busybox")
        for name in subprocess.run([busybox, "--list"], check=True, capture_output=True, text=True).stdout.split():
            (bin_ / name).symlink_to(busybox)
    for name in ("flock", "timeout", "xargs", "awk"):
        program(name)
    (tmp_path / "var/lib/buildkit/state").mkdir(parents=True)
    for name, text in {"buildkitd": DAEMON, "buildctl": "#!/bin/sh\n"}.items():
        (bin_ / name).write_text(text)
        (bin_ / name).chmod(0o755)
    return tmp_path


@pytest.fixture
def run(root: Path) -> Run:
    """Runs the script with a program for each image, and returns its results."""

    def ran(programs: Mapping[str, str], *, mode: str = "push", seconds: int = 20, **files: str) -> BuilderResults:
        jobs = root / "slipway/jobs"
        for name, text in programs.items():
            (jobs / name).mkdir(parents=True)
            (jobs / name / "run").write_text(text)
        for path, text in files.items():
            (jobs / path.replace("__", "/")).write_text(text)
        (jobs / "order").write_text("".join(f"{name}\n" for name in programs))
        own = {"SLIPWAY_ROOT": str(root), "MODE": mode, "SECONDS_EACH": str(seconds), "AT_ONCE": "4", "KEEP_MB": "1"}
        environment = {**os.environ, **own, "FLAGS": "", "PATH": f"{root}/bin:{os.environ['PATH']}"}
        done = subprocess.run(
            [shutil.which("sh", path=environment["PATH"]) or "", str(SCRIPT)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return read_results((root / "slipway/results").read_text())

    return ran


def test_each_image_ends_in_its_own_way(run: Run) -> None:
    results = run({
        "good": GOOD,
        "bad": "echo 'Dockerfile:3'; echo 'error: exit code 1'; exit 1",
        "refused": "echo 'error: failed to push r.example/o/x: 403 Forbidden'; exit 1",
        "slow": "sleep 20",
    }, seconds=2)  # fmt: skip
    statuses = {name: one.status for name, one in results.images.items()}
    assert statuses == {
        "good": Status.DONE,
        "bad": Status.FAILED,
        "refused": Status.NOT_PUSHED,
        "slow": Status.TOO_SLOW,
    }
    assert results.images["good"].digest == DIGEST
    assert results.images["bad"].log[-1] == "error: exit code 1"
    assert (results.failure, results.emptied) == ("", False)


def test_a_push_that_fails_for_a_moment_is_tried_again(run: Run, root: Path) -> None:
    flaky = f'[ -e {root}/once ] || {{ : >{root}/once; echo "failed to push: unexpected EOF"; exit 1; }}\n{GOOD}'
    assert run({"web": flaky}).images["web"].status is Status.DONE


def test_the_others_of_a_group_are_stored_and_pushed_after_the_first(run: Run, root: Path) -> None:
    def noted(name: str) -> str:
        return f"sleep {1 if name == 'first' else 0.2}; echo {name} $1 >>{root}/noted\n{GOOD}"

    programs = {name: noted(name) for name in ("first", "second", "third")}
    run(programs, first__first="base", second__group="base", third__group="base")
    lines = (root / "noted").read_text().split("\n")[:-1]
    assert sorted(lines[:3]) == ["first push", "second store", "third store"]
    assert sorted(lines[3:]) == ["second push", "third push"]


def test_what_was_executed_is_told_from_what_was_cached(run: Run) -> None:
    executed = "echo '#5 [2/3] RUN make'; echo '#5 DONE 1.2s'"
    cached = "echo '#5 [2/3] RUN make'; echo '#5 CACHED'; echo '#4 [1/3] FROM x'; echo '#4 DONE 0.3s'"
    results = run({"a": executed, "b": cached}, mode="build")
    assert (results.images["a"].built, results.images["b"].built) == (True, False)


def test_a_damaged_cache_is_emptied_once(run: Run, root: Path) -> None:
    (root / "var/lib/buildkit/state/damaged").touch()
    results = run({"web": GOOD})
    assert (results.emptied, results.log) == (True, ("panic: invalid database",))
    assert results.images["web"].status is Status.DONE


def test_a_daemon_that_never_starts_is_said_with_its_log(run: Run, root: Path) -> None:
    (root / "var/lib/buildkit/always").touch()
    results = run({"web": GOOD})
    assert (results.failure, results.images) == ("no-daemon", {})
    assert results.log[-1] == "no mounts here"


def test_a_run_that_another_holds_up_ends_at_its_deadline(run: Run, root: Path) -> None:
    with (root / "var/lib/buildkit/slipway.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        begun = time.monotonic()
        results = run({"web": GOOD}, seconds=1)
    assert (results.failure, results.images) == ("no-lock", {})
    assert time.monotonic() - begun < 10


def test_the_parts_of_a_build_are_timed(run: Run) -> None:
    pushing = "echo '#5 pushing layers 0.2s done'; sleep 0.3"
    results = run({"web": f"{pushing}; {GOOD}"})
    assert [one.kind for one in results.images["web"].spans[-2:]] == ["building", "pushing"]
    assert 0.2 <= results.images["web"].spans[-1].seconds < 0.21
    assert sum(one.seconds for one in results.images["web"].spans) <= results.seconds
