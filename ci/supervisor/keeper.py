"""One service, kept: begun, watched, restarted, stopped, ended."""

import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from signal import Signals
from typing import Any

from . import place, policy, processes
from .log import Log
from .policy import Checked
from .spec import Health, Spec
from .users import NoSuchUserError

NOT_FOUND, NOT_RUNNABLE = 127, 126
"""Exit codes of a command that is not there, and of one that can't be run, as a shell gives them."""
OUTPUT = 20_000
"""How many characters of a command's output are told: its last ones."""


class Keeper:
    """Keeps one service; its methods may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._spec: Spec | None = None
        self._log = Log()
        self._process: subprocess.Popen[bytes] | None = None
        self._wanted = self._kept = False
        self._phase, self._health, self._code, self._restarts = "waiting", Checked(), 0, 0
        self._events: list[dict[str, Any]] = []  # Any: JSON
        self._version = 0

    def begin(self, spec: Spec) -> None:
        """Prepare the place and start the service; once in a keeper's life."""
        with self._changed:
            if self._spec is not None:
                raise ValueError("the service was begun before")
            self._spec, self._log = spec, Log(spec.hidden)
        for volume in spec.volumes:
            place.fill(volume)
        self.start()

    def start(self) -> None:
        """Start the service, which is waiting or was stopped, and wait until its process is there."""
        with self._changed:
            if self._kept:
                return
            self._wanted = self._kept = True
            self._phase = "starting"
            threading.Thread(target=self._run, daemon=True).start()
            self._changed.wait_for(lambda: self._phase != "starting")

    def stop(self) -> None:
        """Stop the service: its stop signal, then, past its time, the end of all its processes. It stays stopped."""
        spec = self._known()
        with self._changed:
            self._wanted = False
            process = self._process
            self._changed.notify_all()
        if process is not None:
            process.send_signal(Signals[spec.stop_signal])
            try:
                processes.wait(process, spec.stop_seconds)
            except subprocess.TimeoutExpired:
                self._log.add(f"(not stopped after {spec.stop_seconds:g} s, and killed)")
                process.kill()
        with self._changed:
            self._changed.wait_for(lambda: not self._kept)
            self._tell("stopped")

    def end(self) -> None:
        """Kill the service, and empty the volumes that are not to be kept."""
        with self._changed:
            self._wanted = False
            spec = self._spec
            self._changed.notify_all()
        while not self._ended():
            processes.end_all()
        for volume in spec.volumes if spec else ():
            place.empty(volume)

    def execute(self, command: Sequence[str], seconds: float) -> dict[str, Any]:
        """Run a command beside the service, with its user, environment and folder."""
        spec = self._known()
        if self._process is None:
            raise ValueError(f"the service is not running: it is {self._phase}")
        code, said = _run_once(spec, command, seconds)
        return {"code": code, "output": self._log.clean(said)[-OUTPUT:]}

    def state(self, known: int = -1, seconds: float = 0.0) -> dict[str, Any]:
        """What is known of the service, once it is newer than the version `known`, or after `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self._version > known, seconds)
            return {
                "version": self._version,
                "phase": self._phase,
                "health": self._health.status,
                "checked": self._log.clean(self._health.said),
                "failing": self._health.failing,
                "code": self._code,
                "restarts": self._restarts,
                "events": list(self._events),
            }

    def log(self, lines: int) -> list[str]:
        """The end of the service's output."""
        return self._log.end(lines)

    def _known(self) -> Spec:
        if self._spec is None:
            raise ValueError("the service was not begun")
        return self._spec

    def _tell(self, phase: str, event: str = "", detail: str = "") -> None:
        """A new phase, to whoever waits for one; the lock is held."""
        self._phase = phase
        self._events.append({"at": time.time(), "what": event or phase, "detail": detail})
        self._version += 1
        self._changed.notify_all()

    def _ended(self) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not self._kept, 0.1)

    def _run(self) -> None:
        """Run the service until it is not wanted, or its policy gives it up."""
        spec, pause = self._known(), 0.0
        while True:
            begun = time.monotonic()
            code = self._run_process(spec)
            ran = time.monotonic() - begun
            with self._changed:
                self._process, self._code, self._health = None, code, Checked()
                following = (
                    policy.delay(spec.restart, code=code, restarts=self._restarts, ran=ran, before=pause)
                    if self._wanted
                    else None
                )
                if self._wanted:
                    self._tell("exited" if following is None else "restarting", "exited", str(code))
                if following is None or self._changed.wait_for(lambda: not self._wanted, following):
                    self._wanted = self._kept = False
                    self._changed.notify_all()
                    return
                pause, self._restarts = following, self._restarts + 1

    def _run_process(self, spec: Spec) -> int:
        try:
            process = processes.start(spec.command, spec.environment, spec.user, spec.working_dir)
        except (OSError, NoSuchUserError) as error:
            self._log.add(f"can't be run: {error}")
            with self._changed:
                self._tell("running", "started")
            return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_RUNNABLE
        with self._changed:
            self._process, self._health = process, policy.begin(spec.health)
            self._tell("running", "started")
            if not self._wanted:  # stopped while it was started
                process.kill()
        reader = threading.Thread(target=self._log.follow, args=(process.stdout,), daemon=True)
        reader.start()
        if spec.health:
            threading.Thread(target=self._check, args=(process, spec, spec.health), daemon=True).start()
        code = processes.wait(process)
        processes.end_all()  # what it left behind holds the pipe open
        reader.join()
        return code

    def _check(self, process: subprocess.Popen[bytes], spec: Spec, health: Health) -> None:
        """Run the health check by its schedule for as long as this process lives."""
        begun = time.monotonic()
        while True:
            with self._changed:
                pause = policy.pause(self._health, health, time.monotonic() - begun)
                if self._changed.wait_for(lambda: self._process is not process, pause):
                    return
            age = time.monotonic() - begun
            code, said = _run_once(spec, health.command, health.timeout)
            with self._changed:
                if self._process is not process:
                    return
                before = self._health
                self._health = policy.checked(before, health, passed=code == 0, age=age, said=said[-1000:].strip())
                if self._health.status != before.status:
                    self._tell(self._phase, self._health.status)


def _run_once(spec: Spec, command: Sequence[str], seconds: float) -> tuple[int, str]:
    """The exit code and the output of a command as the service would run it; it is killed after `seconds`."""
    try:
        process = processes.start(command, spec.environment, spec.user, spec.working_dir)
    except (OSError, NoSuchUserError) as error:
        return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_RUNNABLE, f"can't be run: {error}"
    late = threading.Event()

    def kill() -> None:
        late.set()
        processes.end_tree(process.pid)

    timer = threading.Timer(seconds, kill)
    timer.start()
    said = process.stdout.read().decode(errors="replace") if process.stdout else ""
    code = processes.wait(process)
    timer.cancel()
    return code, f"{said}\n(not done after {seconds:g} s, and killed)" if late.is_set() else said


def told(keeper: Keeper, path: str, question: Mapping[str, Any]) -> Any:
    """What the keeper answers to a question, as JSON.

    Raises:
        KeyError: there is no such path.
        TypeError, ValueError: the question can't be answered.
    """
    answers: dict[str, Callable[[], Any]] = {
        "/begin": lambda: keeper.begin(Spec.read(question)),
        "/start": keeper.start,
        "/stop": keeper.stop,
        "/end": keeper.end,
        "/state": lambda: keeper.state(**question),
        "/log": lambda: keeper.log(**question),
        "/exec": lambda: keeper.execute(**question),
        "/memory": processes.memory,
    }
    if path not in answers:
        raise KeyError(path)
    return answers[path]()
