import logging
import signal
import threading
from collections.abc import Callable

RETRY_SECONDS = 30.0


def every(seconds: float, action: Callable[[], None], *, log: logging.Logger) -> None:
    """Do `action` now and then every `seconds`, until SIGTERM or SIGINT. A failed one is retried earlier."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):  # these have no default action for process 1 of a container
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.is_set():
        pause = seconds
        try:
            action()
        except Exception as error:  # the database, the broker or the platform is not reachable
            pause = min(seconds, RETRY_SECONDS)
            log.warning("%s; next try in %g s", " ".join(str(error).split()) or repr(error), pause)
        stopping.wait(pause)
    log.info("stopped")
