import json
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Message:
    """A document on its way: what is known of it so far, and which steps it has been through."""

    data: dict[str, Any]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    trace: tuple[dict[str, Any], ...] = ()

    @classmethod
    def from_json(cls, raw: str | bytes) -> "Message":
        """The message in `raw`; the one that starts a pipeline needs no more than `data`."""
        given = json.loads(raw)
        if not isinstance(given, dict) or not isinstance(given.get("data"), dict):
            raise ValueError('not a message: an object with an object "data" is needed')
        known = {key: given[key] for key in ("id", "data") if key in given}
        return cls(**known, trace=tuple(given.get("trace", ())))

    def to_json(self) -> str:
        return json.dumps({"id": self.id, "data": self.data, "trace": self.trace}, ensure_ascii=False)

    def after(self, step: str, found: dict[str, Any], seconds: float) -> "Message":
        """This message with what `step` found out, and the step in its trace."""
        entry = {"step": step, "at": datetime.now(UTC).isoformat(timespec="milliseconds"), "seconds": round(seconds, 3)}
        return replace(self, data=self.data | found, trace=(*self.trace, entry))
