"""What every worker is made of: a message, the file store, and a step that turns one message into the next.

`environment`, `message`, `queues` and `store` are the server's as well: it puts in what the workers take out.
"""

from jobs.base.message import Message
from jobs.base.step import Step
from jobs.base.store import Store

__all__ = ["Message", "Step", "Store"]
