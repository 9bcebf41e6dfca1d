"""What every worker is made of: a message, the file store, and a step that turns one message into the next."""

from jobs.base.message import Message
from jobs.base.step import Step
from jobs.base.store import Store

__all__ = ["Message", "Step", "Store"]
