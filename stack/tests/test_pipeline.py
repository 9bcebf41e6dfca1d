"""A file goes through the pipeline with a real broker and database, each of which may stop."""

import json
import os
import uuid
from datetime import datetime
from pathlib import Path

import pytest
import redis as redis_client
from django.db import connection
from product import Visitor, Web, Worker, manage
from services import HOST, FalkorDB, Postgres, RabbitMQ, until

from core.models import Document, Trace
from jobs.base import Store, queues

PROSE = ["ingestion_v2", "download", "parser", "classifier", "reader", "enrichment", "coordinator"]
RECORDS = ["structured_data" if step == "reader" else step for step in PROSE]
MANY = 20

pytestmark = pytest.mark.usefixtures("workers")


def put_in(name: str = "note.md", content: bytes = b"# Note\n\nAll is well.\n", key: uuid.UUID | None = None) -> str:
    """Publish a file to the first queue without the server, as another program with access to RabbitMQ might."""
    key = key or uuid.uuid4()
    source = f"{key}{Path(name).suffix}"
    Store.from_environment().put_into_inbox(source, [content])
    queues.send(queues.FRONT, json.dumps({"id": str(key), "data": {"source": source, "name": name}}))
    return str(key)


def status_of(keys: list[str]) -> set[str]:
    return set(Document.objects.filter(pk__in=keys).values_list("status", flat=True))


def all_done(keys: list[str]) -> bool:
    return Document.objects.filter(pk__in=keys, status="done").count() == len(keys)


@pytest.mark.parametrize(
    ("name", "content", "steps", "found"),
    [
        (
            "q3.md",
            b"# Q3\n\nThe summary of our findings, by ada@example.org.\n",
            PROSE,
            {"title": "Q3", "kind": "report", "emails": ["ada@example.org"], "passages": 1},
        ),
        (
            "sales.csv",
            b"item,amount\nink,4\npaper,12\n",
            RECORDS,
            {"kind": "data", "records": 2, "columns": {"item": "str", "amount": "int"}},
        ),
    ],
)
def test_a_file_is_processed_with_a_trace_of_each_step(
    visitor: Visitor, name: str, content: bytes, steps: list[str], found: dict[str, object]
) -> None:
    sent = visitor.upload(name, content)
    assert (sent.status, sent.body["name"]) == (201, name)
    document = visitor.finished(sent.body["id"])
    assert (document["status"], document["error"]) == ("done", "")
    assert document["data"] | found == document["data"]
    assert [entry["step"] for entry in document["trace"]] == steps
    assert {(entry["status"], entry["attempts"], entry["error"]) for entry in document["trace"]} == {("done", 1, "")}
    times = [datetime.fromisoformat(entry["started"]) for entry in document["trace"]]
    assert times == sorted(times)
    assert all(entry["ms"] >= 0 for entry in document["trace"])


def test_the_same_message_twice_is_one_document_done_once() -> None:
    key = uuid.uuid4()
    put_in(key=key)
    until(lambda: all_done([str(key)]), "the first is done")
    first = list(Trace.objects.filter(document=key).values())
    put_in(key=key)
    after = put_in()
    until(lambda: all_done([after]), "what came after the second is done")
    assert list(Trace.objects.filter(document=key).values()) == first
    assert len(first) == len(PROSE)


def test_a_document_that_cannot_be_read_fails_after_all_attempts_and_stops_no_other(
    visitor: Visitor, rabbitmq: RabbitMQ
) -> None:
    bad = visitor.upload("broken.json", b"{not json").body["id"]
    good = visitor.upload("good.json", b'[{"a": 1}]').body["id"]
    assert visitor.finished(good)["status"] == "done"
    document = visitor.finished(bad)
    assert document["status"] == "failed"
    assert document["error"].startswith("structured_data: JSONDecodeError: ")
    last = document["trace"][-1]
    assert (last["step"], last["status"], last["attempts"]) == ("structured_data", "failed", 4)
    properties, body = until(lambda: rabbitmq.take(queues.DEAD_LETTERS), "the message among the dead letters")
    assert properties.headers["x-step"] == "structured_data"
    assert "JSONDecodeError" in properties.headers["x-error"]
    assert json.loads(body)["id"] == bad
    assert rabbitmq.depth("structured_data") == rabbitmq.depth("structured_data.retry") == 0


@pytest.mark.parametrize("queue", ["parser", "cleanup"])
def test_an_invalid_message_goes_to_the_dead_letters(rabbitmq: RabbitMQ, queue: str) -> None:
    queues.send(queue, "not a message")
    properties, body = until(lambda: rabbitmq.take(queues.DEAD_LETTERS), "the message among the dead letters")
    assert body == b"not a message"
    assert properties.headers | {"x-step": queue, queues.TRIES_HEADER: 4} == properties.headers
    assert properties.headers["x-error"].startswith("ValueError: not a message: ")


def test_a_dead_letter_put_back_is_finished(visitor: Visitor, rabbitmq: RabbitMQ) -> None:
    """The cause of the failure is fixed by hand; the message is published again unchanged."""
    key = uuid.uuid4()
    queues.send("parser", json.dumps({"id": str(key), "data": {"file": "gone", "media_type": "text/plain"}}))
    _, body = until(lambda: rabbitmq.take(queues.DEAD_LETTERS), "the message among the dead letters")
    assert status_of([str(key)]) == {"failed"}
    mended = json.loads(body)
    mended["data"] |= {"file": Store.from_environment().put(b"All is well.", ".txt"), "name": "mended.txt"}
    queues.send("parser", json.dumps(mended))
    until(lambda: all_done([str(key)]), "it is done after all")
    assert Document.objects.get(pk=key).error == ""


def test_a_broker_that_restarts_loses_nothing(web: Web, rabbitmq: RabbitMQ) -> None:
    keys = [put_in() for _ in range(MANY)]
    until(lambda: "done" in status_of(keys), "the first is done")
    rabbitmq.stop()
    assert not all_done(keys), "all were done before the broker stopped: this test shows nothing; raise MANY"
    health = Visitor(web.url).get("/health/")
    assert (health.status, health.body["status"]) == (503, "unhealthy")
    assert {name for name, check in health.body["checks"].items() if check["status"] == "unhealthy"} == {
        "rabbitmq",
        "neo4j",
    }
    rabbitmq.start()
    until(lambda: all_done(keys), "all are done", seconds=90)
    assert Trace.objects.filter(document__in=keys, status="done").count() == MANY * len(PROSE)
    assert rabbitmq.depth(queues.DEAD_LETTERS) == 0


def test_a_database_that_restarts_loses_nothing(postgres: Postgres, rabbitmq: RabbitMQ) -> None:
    keys = [put_in() for _ in range(MANY)]
    until(lambda: "done" in status_of(keys), "the first is done")
    connection.close()
    postgres.stop()
    postgres.start()
    assert not all_done(keys), "all were done before PostgreSQL stopped: this test shows nothing; raise MANY"
    until(lambda: all_done(keys), "all are done", seconds=90)
    assert Trace.objects.filter(document__in=keys, attempts=1).count() == MANY * len(PROSE)
    assert rabbitmq.depth(queues.DEAD_LETTERS) == 0


def test_a_graph_that_was_down_gets_all_documents_that_were_done_meanwhile(request: pytest.FixtureRequest) -> None:
    keys = [put_in(), put_in("sales.csv", b"item,amount\nink,4\npaper,12\n")]
    until(lambda: all_done(keys), "both are done without a graph")
    assert not Document.objects.filter(graphed__isnull=False).exists()
    graph: FalkorDB = request.getfixturevalue("falkordb")
    until(lambda: not Document.objects.filter(status="done", graphed=None).exists(), "all are in the graph")
    with redis_client.Redis(host=HOST, port=graph.port, password=graph.password, decode_responses=True) as client:
        query = "MATCH (d:Document)-[:IS_ABOUT]->(k:Keyword) RETURN d.id, collect(k.word)"
        rows = client.execute_command("GRAPH.QUERY", "experio", query)[1]
        names = client.execute_command("GRAPH.QUERY", "experio", "MATCH (d:Document) RETURN d.id")[1]
    assert {row[0] for row in names} >= set(keys)
    keywords = Document.objects.get(pk=keys[0]).data["keywords"]
    assert {row[0]: set(row[1].strip("[]").split(", ")) for row in rows}[keys[0]] == set(keywords)


def test_flow_runner_has_old_files_cleaned_up(workers: dict[str, Worker]) -> None:
    store = Store.from_environment()
    old = store.path(store.put(b"old"))
    os.utime(old, (0, 0))
    assert manage("flow_runner", "--once").returncode == 0
    until(lambda: not old.exists(), "the old file is gone")
    until(lambda: workers["cleanup"].said("removed 1 files"), "cleanup says so")
