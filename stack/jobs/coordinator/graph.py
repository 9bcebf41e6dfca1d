"""Writes finished documents to the configured graph database once it is up. Nothing waits for it.

A document that is done and has no `graphed` time in PostgreSQL is due. A graph that is down, cold or slow only makes
the list longer; the next round tries again. Where the databases are, with passwords: the settings that initdb seeded.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from falkordb import FalkorDB
from neo4j import GraphDatabase

from jobs.base.environment import number, text
from jobs.base.ledger import connect

log = logging.getLogger("graph")

BATCH = 50
LIMIT_SECONDS = 5
FALKOR_GRAPH = "experio"

# Both databases support this subset of Cypher. MERGE makes writing a document idempotent.
WRITE: LiteralString = """
MERGE (d:Document {id: $id})
SET d.name = $name, d.kind = $kind
WITH d
UNWIND $keywords AS word
MERGE (k:Keyword {word: word})
MERGE (d)-[:IS_ABOUT]->(k)
"""

Rows = list[dict[str, Any]]


def to_neo4j(settings: dict[str, str], rows: Iterable[dict[str, Any]]) -> None:
    with GraphDatabase.driver(
        settings["NEO4J_URI"],
        auth=(settings["NEO4J_USER"], settings["NEO4J_PASSWORD"]),
        connection_timeout=LIMIT_SECONDS,
        connection_acquisition_timeout=LIMIT_SECONDS,
        max_transaction_retry_time=LIMIT_SECONDS,
    ) as driver:
        for row in rows:
            driver.execute_query(WRITE, row, database_=settings["NEO4J_DATABASE"])


def to_falkordb(settings: dict[str, str], rows: Iterable[dict[str, Any]]) -> None:
    graph = FalkorDB.from_url(
        settings["FALKOR_URI"],
        password=settings["FALKOR_PASSWORD"],
        socket_timeout=LIMIT_SECONDS,
        socket_connect_timeout=LIMIT_SECONDS,
    ).select_graph(FALKOR_GRAPH)
    for row in rows:
        graph.query(WRITE, row)


PROVIDERS: dict[str, Callable[[dict[str, str], Rows], None]] = {"neo4j": to_neo4j, "falkordb": to_falkordb}


def write_due(connection: psycopg.Connection, provider: str) -> int:
    """Write the documents that are due, at most BATCH; returns their number."""
    due = connection.execute(
        "SELECT id, name, data FROM core_document WHERE status = 'done' AND graphed IS NULL ORDER BY created LIMIT %s",
        [BATCH],
    ).fetchall()
    if not due:
        return 0
    settings = dict(connection.execute("SELECT key, value FROM core_setting").fetchall())
    PROVIDERS[provider](settings, [row(*document) for document in due])
    connection.execute("UPDATE core_document SET graphed = now() WHERE id = ANY(%s)", [[row[0] for row in due]])
    return len(due)


def row(document: UUID, name: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(document), "name": name, "kind": data.get("kind", ""), "keywords": data.get("keywords", [])}


def keep_up(stopping: threading.Event) -> None:
    provider, interval = text("GRAPH_PROVIDER", "neo4j"), number("GRAPH_INTERVAL_SECONDS", 15)
    if provider not in PROVIDERS:
        log.error("GRAPH_PROVIDER is %r, not one of %s: no graph is written", provider, ", ".join(PROVIDERS))
        return
    logging.getLogger("neo4j").setLevel(logging.ERROR)  # errors are logged here, once a round
    down = False
    while not stopping.wait(interval):
        try:
            with connect() as connection:
                while not stopping.is_set() and (written := write_due(connection, provider)):
                    log.info("%s: %d document(s) written", provider, written)
            if down:
                log.info("%s: back", provider)
            down = False
        except Exception as error:  # any error of a client: the graph is not available for now
            if not down:
                log.warning("%s: not there (%s); documents go in when it is", provider, " ".join(str(error).split()))
            down = True
