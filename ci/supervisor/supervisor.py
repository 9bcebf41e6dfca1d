"""Runs one service: starts it, restarts it by its policy, checks its health, stops it."""

import subprocess
import threading
import time
from collections.abc import Sequence
from signal import Signals
from typing import Any

from . import health, processes, volumes
from .commands import exit_code_of, run_command
from .health import HealthState
from .log import Log
from .restart import restart_delay
from .spec import HealthCheck, Spec
from .state import Phase, State
from .users import NoSuchUserError

OUTPUT = 20_000
"""How many characters of a command's output are returned: its last ones, cut when secrets are masked."""
CHECK_OUTPUT = 1000
"""The same of a health check's output."""


class Supervisor:
    """Runs one service; its methods may be called from any thread."""

    def __init__(self) -> None:
        self._state = State()
        self._changed = self._state.changed
        self._spec: Spec | None = None
        self._log = Log()
        self._process: subprocess.Popen[bytes] | None = None
        self._wanted = False
        """Whether the service is to run."""
        self._active = False
        """Whether a thread is running the service, or waits to restart it."""

    def run(self, spec: Spec) -> None:
        """Fill the volumes and start the service; once in a supervisor's life.

        Raises:
            ValueError: it was called before.
        """
        with self._changed:
            if self._spec is not None:
                raise ValueError("the service was run before")
            self._spec, self._log = spec, Log(spec.redact)
        for volume in spec.volumes:
            volumes.fill(volume)
        self.start()

    def start(self) -> None:
        """Start the service if it does not run, and wait until its process exists."""
        with self._changed:
            if self._active:
                return
            self._wanted = self._active = True
            self._state.phase = Phase.STARTING
            threading.Thread(target=self._run_until_done, daemon=True).start()
            self._changed.wait_for(lambda: self._state.phase != Phase.STARTING)

    def stop(self) -> None:
        """Stop the service: by its stop signal, and by force after its grace period. It stays stopped until `start`."""
        spec = self._known_spec()
        with self._changed:
            self._wanted = False
            process = self._process
            self._changed.notify_all()
        if process is not None:
            process.send_signal(Signals[spec.stop_signal])
            try:
                processes.wait(process, spec.stop_grace_seconds)
            except subprocess.TimeoutExpired:
                self._log.add(f"(killed: it did not stop within {spec.stop_grace_seconds:g} s)")
                process.kill()
                with self._changed:
                    self._state.record("killed", detail=f"{spec.stop_grace_seconds:g}")
        with self._changed:
            self._changed.wait_for(lambda: not self._active)
            self._state.record("stopped", Phase.STOPPED)

    def shut_down(self) -> None:
        """Kill the service, and empty the volumes that are not kept."""
        with self._changed:
            self._wanted = False
            spec = self._spec
            self._changed.notify_all()
        while self._is_active_after(0.1):
            processes.end_all()
        for volume in spec.volumes if spec else ():
            volumes.empty(volume)

    def execute(self, command: Sequence[str], seconds: float) -> dict[str, Any]:  # Any: JSON
        """The exit code and output of a command, run beside the service.

        Raises:
            ValueError: the service does not run.
        """
        spec = self._known_spec()
        if self._process is None:
            raise ValueError(f"the service does not run: it is {self._state.phase}")
        code, output = run_command(spec, command, seconds)
        return {"exit_code": code, "output": self._log.redact(output)[-OUTPUT:]}

    def state(self, known_version: int = -1, seconds: float = 0.0) -> dict[str, Any]:
        """The service's state, once it is newer than `known_version`, or after `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self._state.version > known_version, seconds)
            return self._state.as_json()

    def log(self, lines: int) -> list[str]:
        """The last lines of the service's output."""
        return self._log.tail(lines)

    def _known_spec(self) -> Spec:
        if self._spec is None:
            raise ValueError("the service was not run yet")
        return self._spec

    def _is_active_after(self, seconds: float) -> bool:
        with self._changed:
            return not self._changed.wait_for(lambda: not self._active, seconds)

    def _run_until_done(self) -> None:
        """Run the service, again and again, until it is not wanted or its policy does not restart it."""
        spec, delay = self._known_spec(), 0.0
        while True:
            started = time.monotonic()
            code = self._run_process(spec)
            ran = time.monotonic() - started
            with self._changed:
                self._process, self._state.exit_code, self._state.health = None, code, HealthState()
                next_delay = None
                if self._wanted:
                    next_delay = restart_delay(
                        spec.restart,
                        exit_code=code,
                        restarts=self._state.restarts,
                        ran_seconds=ran,
                        last_delay=delay,
                    )
                    self._state.record("exited", Phase.EXITED if next_delay is None else Phase.RESTARTING, str(code))
                if next_delay is None or self._changed.wait_for(lambda: not self._wanted, next_delay):
                    self._wanted = self._active = False
                    self._changed.notify_all()
                    return
                delay, self._state.restarts = next_delay, self._state.restarts + 1

    def _run_process(self, spec: Spec) -> int:
        """Run the service's process once, and return its exit code."""
        try:
            process = processes.start(spec.command, spec.environment, spec.user, spec.working_dir)
        except (OSError, NoSuchUserError) as error:
            self._log.add(f"can't be run: {error}")
            with self._changed:
                self._state.record("started", Phase.RUNNING)
            return exit_code_of(error)
        with self._changed:
            self._process, self._state.health = process, health.initial(spec.health_check)
            self._state.record("started", Phase.RUNNING)
            if not self._wanted:  # it was stopped meanwhile
                process.kill()
        reader = threading.Thread(target=self._log.follow, args=(process.stdout,), daemon=True)
        reader.start()
        if spec.health_check:
            threading.Thread(target=self._check_health, args=(process, spec, spec.health_check), daemon=True).start()
        code = processes.wait(process)
        processes.end_all()  # processes that it left behind keep the pipe open
        reader.join()
        return code

    def _check_health(self, process: subprocess.Popen[bytes], spec: Spec, check: HealthCheck) -> None:
        """Run the health check, again and again, while this process lives."""
        started = time.monotonic()
        while True:
            with self._changed:
                pause = health.seconds_to_next(self._state.health, check, time.monotonic() - started)
                if self._changed.wait_for(lambda: self._process is not process, pause):
                    return
            age = time.monotonic() - started
            code, output = run_command(spec, check.command, check.timeout)
            output = self._log.redact(output)[-CHECK_OUTPUT:].strip()
            with self._changed:
                if self._process is not process:
                    return
                before = self._state.health
                self._state.health = health.after_check(before, check, passed=code == 0, age=age, output=output)
                if self._state.health.status != before.status:
                    self._state.record(self._state.health.status)
