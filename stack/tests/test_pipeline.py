"""A file put in at the front comes out at the end: real workers, a real broker, a real database."""

from product import Visitor, Worker

PROSE = ["ingestion_v2", "download", "parser", "classifier", "reader", "enrichment", "coordinator"]
RECORDS = ["structured_data" if step == "reader" else step for step in PROSE]


def test_prose_comes_out_at_the_end_with_each_steps_trace(workers: dict[str, Worker], visitor: Visitor) -> None:
    sent = visitor.upload("q3.md", b"# Q3\n\nThe summary of our findings, by ada@example.org.\n")
    assert (sent.status, sent.body["name"]) == (201, "q3.md")
    document = visitor.finished(sent.body["id"])
    assert (document["status"], document["error"]) == ("done", "")
    assert [entry["step"] for entry in document["trace"]] == PROSE
    assert {(entry["status"], entry["attempts"], entry["error"]) for entry in document["trace"]} == {("done", 1, "")}
    data = document["data"]
    assert (data["title"], data["kind"], data["emails"], data["passages"]) == ("Q3", "report", ["ada@example.org"], 1)
