"""The start of the pipeline: validates requests to process a document."""

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from jobs.base import Message, Step, Store


class Request(BaseModel):
    """`source` is an http(s) address, or the name of a file in the store's inbox."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    source: str = Field(min_length=1, max_length=2000)
    name: str | None = Field(default=None, max_length=200)
    labels: list[str] = Field(default_factory=list, max_length=20)

    @field_validator("source")
    @classmethod
    def address_or_inbox_name(cls, source: str) -> str:
        parts = urlsplit(source)
        if parts.scheme in {"http", "https"} and parts.hostname:
            return source
        if parts.scheme or PurePosixPath(source).name != source:
            raise ValueError("neither an http(s) address nor a file name of the inbox")
        return source


def ingest(message: Message, store: Store) -> dict[str, Any]:
    request = Request.model_validate(message.data)
    name = request.name or PurePosixPath(urlsplit(request.source).path).name or "document"
    return request.model_dump() | {"name": name, "received": datetime.now(UTC).isoformat(timespec="seconds")}


STEP = Step(
    name="ingestion_v2",
    work=ingest,
    then="download",
    sample=lambda store: {"source": " https://example.org/reports/q3.html "},
    expected={"source": "https://example.org/reports/q3.html", "name": "q3.html", "labels": []},
)
