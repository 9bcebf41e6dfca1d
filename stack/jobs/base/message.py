import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Message:
    """A document in the pipeline, with the results so far. Its history is in PostgreSQL (`Ledger`)."""

    id: UUID
    data: dict[str, Any]

    @classmethod
    def from_json(cls, raw: str | bytes) -> "Message":
        """Raises ValueError if it is not a message. The sender generates the id, so a redelivery has the same id."""
        try:
            given = json.loads(raw)
        except ValueError as error:
            raise ValueError(f"not a message: {error}") from error
        if not isinstance(given, dict) or not isinstance(given.get("data"), dict):
            raise ValueError('not a message: an object with an object "data" is needed')
        try:
            return cls(UUID(str(given.get("id"))), given["data"])
        except ValueError as error:
            raise ValueError(f'not a message: "id" is {given.get("id")!r}, not a UUID') from error

    def to_json(self) -> str:
        return json.dumps({"id": str(self.id), "data": self.data}, ensure_ascii=False)

    def with_data(self, found: dict[str, Any]) -> "Message":
        return replace(self, data=self.data | found)
