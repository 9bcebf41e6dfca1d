"""Which spans the engine's display gets: a line for each step, and all else below a hidden one."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from ci.adapters import dagger_progress
from ci.adapters.dagger_progress import DaggerProgress, hidden_engine_steps

INTERNAL, ENCAPSULATED = "dagger.io/ui.internal", "dagger.io/ui.encapsulated"


@pytest.fixture
def tracer(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[trace.Tracer, InMemorySpanExporter]]:
    provider, spans = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    made = provider.get_tracer("test")
    monkeypatch.setattr(dagger_progress, "get_tracer", lambda: made)
    before, shown = context.attach(context.Context()), dagger_progress._SHOWN.set(None)
    yield made, spans
    dagger_progress._SHOWN.reset(shown)
    context.detach(before)


def engine_step(tracer: trace.Tracer, name: str) -> None:
    """What the SDK does for a request: a span below the current one."""
    tracer.start_span(name).end()


def above(spans: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    """The span of this name, and those that it is below of."""
    every = {one.context.span_id: one for one in spans.get_finished_spans() if one.context}
    found = [next(one for one in every.values() if one.name == name)]
    while parent := found[-1].parent:
        found.append(every[parent.span_id])
    return found


def hidden(spans: InMemorySpanExporter, name: str) -> bool:
    return any(INTERNAL in (one.attributes or {}) for one in above(spans, name))


def test_a_step_is_shown_and_what_the_engine_does_is_not(tracer: tuple[trace.Tracer, InMemorySpanExporter]) -> None:
    made, spans = tracer
    with made.start_as_current_span("call"):
        with hidden_engine_steps():
            engine_step(made, "before")
            with DaggerProgress().step("build") as line, DaggerProgress().step("image web"):
                engine_step(made, "within")
                line.done("1 built")
            DaggerProgress().ended("image worker", 2.5)
        engine_step(made, "after")
    assert [one.name for one in above(spans, "image web")] == ["image web", "build: 1 built", "call"]
    assert not any(hidden(spans, name) for name in ("image web", "build: 1 built", "image worker"))
    assert all(hidden(spans, name) for name in ("before", "within", "after"))
    worker = above(spans, "image worker")[0]
    assert worker.start_time
    assert worker.end_time
    assert worker.end_time - worker.start_time == 2_500_000_000


def test_the_engine_s_steps_of_a_failed_image_are_shown(tracer: tuple[trace.Tracer, InMemorySpanExporter]) -> None:
    made, spans = tracer
    web = DaggerProgress().step("image web", engine_steps=True)
    with made.start_as_current_span("call"), suppress(ValueError), hidden_engine_steps(), web:
        engine_step(made, "RUN make")
        raise ValueError("a secret")
    step, engine, image, call = above(spans, "RUN make")
    assert (step.name, image.name, call.name) == ("RUN make", "image web", "call")
    assert ENCAPSULATED in (engine.attributes or {})
    assert (image.status.status_code, image.status.description) == (StatusCode.ERROR, "see the summary")
    assert "a secret" not in "".join(one.to_json() for one in spans.get_finished_spans())


def test_the_first_reason_of_a_failure_stays(tracer: tuple[trace.Tracer, InMemorySpanExporter]) -> None:
    _, spans = tracer
    with suppress(ValueError), DaggerProgress().step("verify") as line:
        line.failed("2 problems")
        raise ValueError("x")
    assert above(spans, "verify")[0].status.description == "2 problems"
