"""What is shown of a call, as spans in the engine's display: docs/engine.md, "Progress".

The engine shows each of its own steps and each line that a service prints as well, thousands for one release. All that
a call does is therefore below a hidden span, and the lines for people are beside it, below the call itself.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from dagger.telemetry import get_tracer
from opentelemetry import context, trace
from opentelemetry.trace import Span, StatusCode

_HIDDEN = {"dagger.io/ui.internal": True}
"""With all that is below it; it has never the status of an error, with which it would be shown."""
_HIDDEN_UNTIL_FAILED = {"dagger.io/ui.encapsulated": True, "dagger.io/ui.passthrough": True}
"""What is below it is shown, without a line of its own, if the span that it is in has failed."""
_QUIET = {"record_exception": False, "set_status_on_exception": False}
"""The text of an exception may hold a secret."""
_SHOWN: ContextVar[context.Context | None] = ContextVar("_SHOWN", default=None)
"""Where the next line belongs: below the call, or below the step that is under way."""


@contextmanager
def hidden_engine_steps() -> Iterator[None]:
    """Hide what the engine does for this call, but for what `DaggerProgress` shows.

    It stays hidden after the end of the context: then the SDK asks the engine for the result's parts. A process of the
    module executes one call.
    """
    _SHOWN.set(context.get_current())
    with _started("slipway", None, _HIDDEN) as span:
        context.attach(trace.set_span_in_context(span))
        yield


class DaggerProgress:
    """Shows steps as spans; see `ci.pipelines.progress.Progress`."""

    @contextmanager
    def step(self, name: str, *, engine_steps: bool = False) -> Iterator["SpanLine"]:
        """Show a step; with `engine_steps`, what the engine did in it is shown if it fails.

        Without, that stays below the hidden span of the call: a service that is started in the step and outlives it
        would keep the line of the step open.
        """
        with _started(name, _SHOWN.get()) as span:
            line, below = SpanLine(span, name), trace.set_span_in_context(span)
            shown = _SHOWN.set(below)
            try:
                if engine_steps:
                    with _started("engine", below, _HIDDEN_UNTIL_FAILED) as engine, trace.use_span(engine, **_QUIET):
                        yield line
                else:
                    yield line
            except BaseException as error:
                line.failed("see the summary" if isinstance(error, Exception) else "it did not finish")
                raise
            finally:
                _SHOWN.reset(shown)

    def ended(self, name: str, seconds: float, failed: str = "") -> None:
        """Show a step after its end: that of a program from which nothing is heard until it ends."""
        now = time.time_ns()
        span = get_tracer().start_span(name, _SHOWN.get(), start_time=now - int(seconds * 1e9))
        if failed:
            span.set_status(StatusCode.ERROR, failed)
        span.end(now)


class SpanLine:
    """The line of a step; see `ci.pipelines.progress.Line`."""

    def __init__(self, span: Span, name: str) -> None:
        self._span, self._name, self._failed = span, name, False

    def done(self, detail: str) -> None:
        """See `ci.pipelines.progress.Line`."""
        if detail:
            self._span.update_name(f"{self._name}: {detail}")

    def failed(self, reason: str) -> None:
        """See `ci.pipelines.progress.Line`; the first reason stays."""
        if not self._failed:
            self._failed = True
            self._span.set_status(StatusCode.ERROR, reason)


@contextmanager
def _started(name: str, parent: context.Context | None, attributes: dict[str, bool] | None = None) -> Iterator[Span]:
    """A span that ends with the context."""
    span = get_tracer().start_span(name, parent, attributes=attributes)
    try:
        yield span
    finally:
        span.end()
