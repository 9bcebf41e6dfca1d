"""The picture as SVG text: a box for each service, a line for each dependency and queue, and a legend."""

from dataclasses import dataclass

from ci.core.compose.depends_on import Condition
from ci.core.picture.graph import Node, Queue, shown_dependencies
from ci.core.picture.layout import BOX_HEIGHT, BOX_WIDTH, GAP_X, MARGIN, layout

Point = tuple[float, float]


@dataclass(frozen=True)
class _Line:
    """How a dependency is drawn; `state` is what its condition waits for: "is healthy"."""

    colour: str
    dashes: str
    state: str

    @property
    def dash_attribute(self) -> str:
        return f' stroke-dasharray="{self.dashes}"' if self.dashes else ""


_LINES = {
    Condition.HEALTHY: _Line("#2563eb", "", "is healthy"),
    Condition.COMPLETED: _Line("#b45309", "6 3", "has ended well"),
    Condition.STARTED: _Line("#6b7280", "2 3", "is started"),
}
_QUEUE_COLOUR = "#15803d"
_HALO = 'stroke="#ffffff" stroke-width="3" paint-order="stroke"'
_FONT = 'font-family="Helvetica, Arial, sans-serif"'
_OWN, _OTHER = ("#dbeafe", "#1d4ed8"), ("#f3f4f6", "#6b7280")
"""The fill and the edge of a box."""
_IMAGE_LENGTH = 28
"""How many characters of an image fit into its box."""


def svg(title: str, services: tuple[Node, ...], queues: tuple[Queue, ...] = ()) -> str:
    """The picture as the text of an SVG file."""
    shown = shown_dependencies(services)
    plan = layout(services, shown, with_queues=bool(queues))
    boxes, width, height = plan.boxes, plan.width, plan.height
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}">',
        f"<title>{_escaped(title)}</title>",
        "<defs>",
        *(_marker(condition, line.colour) for condition, line in _LINES.items()),
        _marker("queue", _QUEUE_COLOUR),
        "</defs>",
        f'<rect width="{width}" height="{height:g}" fill="#ffffff"/>',
        f'<text x="{MARGIN}" y="34" {_FONT} font-size="18" font-weight="bold" fill="#111827">{_escaped(title)}</text>',
    ]
    for one in services:
        for dependency in shown[one.name]:
            if dependency.service in boxes:
                text = f"{one.name} waits until {dependency.service} {_LINES[dependency.condition].state}"
                lines.append(_arrow(boxes[dependency.service], boxes[one.name], dependency.condition, text))
    lines += [_queue(queue, boxes[queue.source], boxes[queue.target]) for queue in queues]
    for one in services:
        lines += _box(one, *boxes[one.name])
    lines += _legend(height - MARGIN, with_queues=bool(queues))
    return "\n".join([*lines, "</svg>", ""])


def _box(one: Node, x: float, y: float) -> list[str]:
    fill, edge = _OWN if one.own else _OTHER
    corner = 8 if one.own else 0
    image = one.image if len(one.image) <= _IMAGE_LENGTH else f"…{one.image[-_IMAGE_LENGTH + 1 :]}"
    place = f'x="{x + BOX_WIDTH / 2:g}" {_FONT} text-anchor="middle"'
    size = f'width="{BOX_WIDTH}" height="{BOX_HEIGHT}"'
    return [
        f'<rect x="{x:g}" y="{y:g}" {size} rx="{corner}" fill="{fill}" stroke="{edge}"/>',
        f'<text {place} y="{y + 20:g}" font-size="14" fill="#111827">{_escaped(one.name)}</text>',
        f'<text {place} y="{y + 36:g}" font-size="10" fill="#4b5563">{_escaped(image)}</text>',
    ]


def _arrow(start: Point, end: Point, condition: Condition, text: str) -> str:
    line = _LINES[condition]
    x1, y1, x2, y2 = start[0] + BOX_WIDTH, start[1] + BOX_HEIGHT / 2, end[0], end[1] + BOX_HEIGHT / 2
    bend = GAP_X / 2
    return (
        f'<path d="M{x1:g} {y1:g} C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2 - 2:g} {y2:g}" fill="none" '
        f'stroke="{line.colour}"{line.dash_attribute} marker-end="url(#{condition})">'
        f"<title>{_escaped(text)}</title></path>"
    )


def _queue(queue: Queue, start: Point, end: Point) -> str:
    """A queue: an arc at the right of the boxes within a column, and a line to another column."""
    (x1, y1), (x2, y2) = start, end
    label = ""
    if x1 == x2:
        right, downwards = x1 + BOX_WIDTH, y2 > y1
        a, b = y1 + BOX_HEIGHT * (0.7 if downwards else 0.3), y2 + BOX_HEIGHT * (0.3 if downwards else 0.7)
        bend = min(12 + abs(y2 - y1) / 4, GAP_X)
        path = f"M{right:g} {a:g} C{right + bend:g} {a:g} {right + bend:g} {b:g} {right + 2:g} {b:g}"
        # Only an arc has its name beside it: between columns it would stand on other lines.
        style = f'{_FONT} font-size="10" fill="{_QUEUE_COLOUR}" {_HALO}'
        place = f'x="{right + bend * 0.75 + 4:g}" y="{(a + b) / 2 + 3:g}"'
        label = f"\n<text {place} {style}>{_escaped(queue.name)}</text>"
    else:
        a, b = y1 + BOX_HEIGHT * 0.75, y2 + BOX_HEIGHT * 0.75
        left, right = (x1 + BOX_WIDTH, x2 - 2) if x2 > x1 else (x1, x2 + BOX_WIDTH + 2)
        bend = GAP_X / 2 if x2 > x1 else -GAP_X / 2
        path = f"M{left:g} {a:g} C{left + bend:g} {a:g} {right - bend:g} {b:g} {right:g} {b:g}"
    text = f"{queue.source} puts jobs into the queue {queue.name}, {queue.target} takes them"
    return (
        f'<path d="{path}" fill="none" stroke="{_QUEUE_COLOUR}" stroke-width="1.5" marker-end="url(#queue)">'
        f"<title>{_escaped(text)}</title></path>{label}"
    )


def _legend(y: float, *, with_queues: bool) -> list[str]:
    entries = [(line.colour, line.dash_attribute, f"starts when the other {line.state}") for line in _LINES.values()]
    if with_queues:
        entries.append((_QUEUE_COLOUR, "", "gives jobs to, by a queue"))
    lines, x = [], float(MARGIN)
    for colour, dashes, text in entries:
        lines.append(f'<path d="M{x:g} {y:g} h28" stroke="{colour}" stroke-width="1.5"{dashes}/>')
        lines.append(_legend_text(x + 34, y, text))
        x += 48 + 6 * len(text)
    for (fill, edge), corner, text in ((_OWN, 4, "own image"), (_OTHER, 0, "other image")):
        lines.append(
            f'<rect x="{x:g}" y="{y - 7:g}" width="20" height="14" rx="{corner}" fill="{fill}" stroke="{edge}"/>'
        )
        lines.append(_legend_text(x + 26, y, text))
        x += 40 + 6 * len(text)
    return lines


def _legend_text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:g}" y="{y + 4:g}" {_FONT} font-size="11" fill="#374151">{text}</text>'


def _marker(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{colour}"/></marker>'
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
