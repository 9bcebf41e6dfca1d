"""The record in PostgreSQL of each step of each document. The tables are those of the server's models."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from tenacity import (
    RetryCallState,
    RetryError,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_when_event_set,
    wait_exponential,
)

from jobs.base.environment import secret, text
from jobs.base.message import Message

log = logging.getLogger("worker")
T = TypeVar("T")

AWAY = (psycopg.OperationalError, psycopg.InterfaceError)


class StoppedWaitingError(Exception):
    """The worker was stopped while it waited for PostgreSQL."""


@dataclass(frozen=True)
class Attempt:
    """One attempt at a step: its number from 1, its start, its duration in milliseconds."""

    number: int
    started: datetime
    ms: float


class Ledger:
    """Every call waits while PostgreSQL is not reachable, until `stopping` is set."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._connection: psycopg.Connection | None = None

    def begin(self, message: Message, step: str) -> dict[str, Any] | None:
        """Record the document. Returns the result of `step` if it was done before, else None."""

        def write(connection: psycopg.Connection) -> dict[str, Any] | None:
            name = str(message.data.get("name") or message.data.get("source") or "")[:200]
            connection.execute(
                "INSERT INTO core_document (id, name) VALUES (%s, %s) ON CONFLICT (id) DO NOTHING", [message.id, name]
            )
            row = connection.execute(
                "SELECT found FROM core_trace WHERE document_id = %s AND step = %s AND status = 'done'",
                [message.id, step],
            ).fetchone()
            return row[0] if row else None

        return self._waiting(write)

    def done(self, message: Message, step: str, found: dict[str, Any], attempt: Attempt, *, last: bool) -> None:
        """Record a result; with the last step the document is done. A result that is recorded is never overwritten."""

        def write(connection: psycopg.Connection) -> None:
            self._trace(connection, message.id, step, "done", attempt, found=found)
            connection.execute(
                "UPDATE core_document SET status = %s, data = %s, error = '', updated = now()"
                " WHERE id = %s AND status <> 'done'",
                ["done" if last else "processing", Jsonb(message.data), message.id],
            )

        self._waiting(write)

    def failed(self, message: Message, step: str, error: str, attempt: Attempt, *, last: bool) -> None:
        """Record a failed attempt; after the last one the document has failed."""

        def write(connection: psycopg.Connection) -> None:
            self._trace(connection, message.id, step, "failed" if last else "retrying", attempt, error=error)
            connection.execute(
                "UPDATE core_document SET status = %s, error = %s, updated = now() WHERE id = %s AND status <> 'done'",
                ["failed" if last else "processing", f"{step}: {error}", message.id],
            )

        self._waiting(write)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    @staticmethod
    def _trace(
        connection: psycopg.Connection,
        document: UUID,
        step: str,
        status: str,
        attempt: Attempt,
        *,
        found: dict[str, Any] | None = None,
        error: str = "",
    ) -> None:
        connection.execute(
            "INSERT INTO core_trace (document_id, step, status, attempts, started, ms, found, error)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (document_id, step) DO UPDATE SET (status, attempts, started, ms, found, error) ="
            " (excluded.status, excluded.attempts, excluded.started, excluded.ms, excluded.found, excluded.error)"
            " WHERE core_trace.status <> 'done'",
            [document, step, status, attempt.number, attempt.started, attempt.ms, Jsonb(found or {}), error],
        )

    def _waiting(self, write: Callable[[psycopg.Connection], T]) -> T:
        def once() -> T:
            if self._connection is None or self._connection.closed:
                self._connection = connect()
            with self._connection.transaction():
                return write(self._connection)

        retrying = Retrying(
            retry=retry_if_exception_type(AWAY),
            wait=wait_exponential(max=15),
            stop=stop_when_event_set(self._stopping),
            sleep=sleep_using_event(self._stopping),
            before_sleep=self._say,
        )
        try:
            return retrying(once)
        except RetryError as error:
            raise StoppedWaitingError from error

    def _say(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        seconds = state.next_action.sleep if state.next_action else 0
        log.warning("PostgreSQL: %s; next try in %g s", " ".join(str(error).split()), seconds)


def connect() -> psycopg.Connection:
    return psycopg.connect(
        host=text("DB_HOST", "postgres"),
        port=int(text("DB_PORT", "5432")),
        dbname=text("DB_NAME", "experio"),
        user=text("DB_USER", "experio"),
        password=secret("DB_PASSWORD"),
        connect_timeout=5,
        autocommit=True,
        # A peer that vanishes without closing the connection is detected within seconds, not hours.
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        tcp_user_timeout=20_000,
    )
