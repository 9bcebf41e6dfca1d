"""The parts of every worker: a message, the file store, and a step that makes the next message from one.

The server uses `environment`, `message`, `queues` and `store` as well: it publishes what the workers consume.
"""

from jobs.base.message import Message
from jobs.base.step import Step
from jobs.base.store import Store

__all__ = ["Message", "Step", "Store"]
