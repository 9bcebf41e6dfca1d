"""The timeline as SVG text: a row for each bar, wide as its place; its text keeps its size on a phone.

Horizontal places are percentages, so that no script has to fit the drawing to the page. Colours are CSS variables with
values for light and dark, which a page that the drawing stands in may set as well.
"""

from collections.abc import Iterator, Sequence
from html import escape

from ci.core.page.timeline import Bar, Span, total_seconds

ROW, TOP, BAR = 38, 26, 10
"""Heights in pixels: of a row, of the axis above all rows, and of a bar."""
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
"""Seconds that may lie between two ticks of the axis."""
_TICKS = 5
"""The most ticks of the axis: more do not fit on a phone."""
_COLOURED = frozenset({"failed", "unknown"})
"""The outcomes that have a colour of their own."""

STYLE = """
.timeline{--ink:#1c2430;--faint:#5b6675;--grid:#d9dee6;--step:#7a8699;--wait:#c3cad6;--build:#2f6fde;--push:#0e8a7d;
--bad:#c6283c;--maybe:#a86400;--critical:#b3541e;font:12px system-ui,-apple-system,"Segoe UI",sans-serif}
@media screen and (prefers-color-scheme:dark){.timeline{--ink:#e7ebf2;--faint:#a3aebd;--grid:#333c49;--step:#8a96a8;
--wait:#4a5566;--build:#6ba0ff;--push:#35bfae;--bad:#ff7382;--maybe:#e5a63f;--critical:#f09a5c}}
.timeline text{fill:var(--ink)}.timeline .faint{fill:var(--faint)}.timeline line{stroke:var(--grid)}
.timeline .step{fill:var(--step)}.timeline .waiting{fill:var(--wait)}.timeline .building{fill:var(--build)}
.timeline .pushing{fill:var(--push)}.timeline .failed{fill:var(--bad)}.timeline .unknown{fill:var(--maybe)}
.timeline .critical{fill:var(--critical);font-weight:600}
"""


def svg(bars: Sequence[Bar], title: str) -> str:
    """The drawing; it fills the width that it is given, and stands alone as a file."""
    height = TOP + ROW * len(bars)
    total = max(total_seconds(bars), 0.001)
    parts = [
        f'<svg class="timeline" xmlns="http://www.w3.org/2000/svg" width="100%" height="{height}"',
        f'role="img" aria-label="{escape(title)}">',
        f"<style>{STYLE}</style>",
        *_axis(total, height),
    ]
    for at, bar in enumerate(bars):
        parts += _row(bar, TOP + ROW * at, total)
    return "\n".join([*parts, "</svg>"]) + "\n"


def duration(seconds: float) -> str:
    """A time for people: `0.4 s`, `12 s`, `3 min 05 s`, `1 h 02 min`."""
    if round(seconds) < 10:  # noqa: PLR2004 - below, the tenth of a second tells something
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{whole} s"
    if whole < 3600:  # noqa: PLR2004 - seconds of an hour
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def _axis(total: float, height: int) -> Iterator[str]:
    step = next((one for one in _STEPS if total / one <= _TICKS), _STEPS[-1])
    for count in range(int(total / step) + 1):
        x = _percent(count * step, total)
        yield f'<line x1="{x}" x2="{x}" y1="{TOP - 6}" y2="{height}"/>'
        anchor = "start" if count == 0 else "middle"
        if count * step <= total * 0.95:  # a label at the edge is cut off
            yield f'<text class="faint" x="{x}" y="12" text-anchor="{anchor}">{_tick(count * step)}</text>'


def _tick(seconds: float) -> str:
    if seconds < 60 or seconds % 60:  # noqa: PLR2004 - seconds of a minute
        return f"{seconds:g} s"
    return f"{seconds / 60:g} min"


def _row(bar: Bar, top: int, total: float) -> Iterator[str]:
    indent = 12 if bar.is_image else 0
    name = escape(bar.label)
    notes = [bar.outcome, f"waited for {bar.waited_for}" if bar.waited_for else ""]
    detail = " · ".join(escape(note) for note in notes if note)
    mark = "● " if bar.critical else ""
    yield f"<g><title>{name}: {detail}, {escape(_parts(bar))}</title>"
    yield (
        f'<text x="{indent}" y="{top + 11}"><tspan class="critical">{mark}</tspan>{name} '
        f'<tspan class="faint">{detail}</tspan></text>'
    )
    seconds = duration(bar.seconds) if bar.seconds else ""
    yield f'<text class="faint" x="100%" y="{top + 11}" text-anchor="end">{seconds}</text>'
    for span in bar.spans:
        width = _percent(span.end - span.start, total)
        yield (
            f'<rect class="{_class(bar, span)}" x="{_percent(span.start, total)}" y="{top + 16}" '
            f'width="{width}" height="{BAR}" rx="2" style="min-width:2px"/>'
        )
    yield "</g>"


def _class(bar: Bar, span: Span) -> str:
    """A failed bar is red in its last part only: what went well before is seen too."""
    return bar.outcome if span is bar.spans[-1] and bar.outcome in _COLOURED else span.kind


def _parts(bar: Bar) -> str:
    if not bar.is_image:
        return duration(bar.seconds)
    return ", ".join(f"{span.kind} {duration(span.end - span.start)}" for span in bar.spans)


def _percent(seconds: float, total: float) -> str:
    return f"{100 * seconds / total:.2f}%"
