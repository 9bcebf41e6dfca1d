import logging
import tempfile
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.base.message import Message
from jobs.base.store import Store

log = logging.getLogger("worker")


@dataclass(frozen=True)
class Step:
    """One worker. `work` takes the message and the store, and returns its result.

    `then` names the next queue; None ends the pipeline. A step that is not `tracked` processes no document.
    `alongside` runs in its own thread until the event is set; no job waits for it.
    """

    name: str
    work: Callable[[Message, Store], dict[str, Any]]
    then: str | Callable[[Message], str] | None
    sample: Callable[[Store], dict[str, Any]]
    expected: dict[str, Any]
    tracked: bool = True
    alongside: Callable[[threading.Event], None] | None = None

    def do(self, message: Message, store: Store) -> Message:
        return message.with_data(self.work(message, store))

    def next_queue(self, message: Message) -> str | None:
        return self.then(message) if callable(self.then) else self.then

    def self_test(self) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder))
            found = self.do(Message(uuid.uuid4(), self.sample(store)), store).data
        wrong = {key: found.get(key) for key in self.expected if found.get(key) != self.expected[key]}
        for key, value in wrong.items():
            log.error("self-test: %s is %r, not %r", key, value, self.expected[key])
        log.info("self-test of %s: %s", self.name, "failed" if wrong else "passed")
        return not wrong
