"""Where each service stands in the picture, in pixels: in columns, each after all that its services wait for."""

from collections.abc import Mapping
from dataclasses import dataclass

from ci.core.compose.depends_on import Dependency
from ci.core.picture.graph import Node

BOX_WIDTH, BOX_HEIGHT = 168, 46
GAP_X, GAP_Y = 96, 18
MARGIN, HEAD = 24, 64
"""The space around the picture, and what the title takes at its top."""
QUEUE_WIDTH = 130
"""What the arcs of queues take at the right."""
LEGEND_WIDTH = 1200
"""The least width of the picture, for its legend."""
_ROW = BOX_HEIGHT + GAP_Y


@dataclass(frozen=True)
class Layout:
    """The upper left corner of each service's box, and the size of the picture."""

    boxes: Mapping[str, tuple[float, float]]
    width: int
    height: float


def layers(services: tuple[Node, ...]) -> tuple[tuple[Node, ...], ...]:
    """The services by column: each after all that it waits for; in a column they keep the order of the file."""
    by_name = {one.name: one for one in services}
    depth: dict[str, int] = {}

    def depth_of(node: Node) -> int:
        if node.name not in depth:
            before = (by_name[one.service] for one in node.dependencies if one.service in by_name)
            depth[node.name] = max((depth_of(one) + 1 for one in before), default=0)
        return depth[node.name]

    last = max((depth_of(one) for one in services), default=-1)
    return tuple(tuple(one for one in services if depth[one.name] == number) for number in range(last + 1))


def layout(services: tuple[Node, ...], shown: Mapping[str, tuple[Dependency, ...]], *, with_queues: bool) -> Layout:
    """Place the services; one that waits for others stands near the middle of those."""
    columns = layers(services)
    rows: dict[str, float] = {}
    for number, column in enumerate(columns):
        wanted = {}
        for at, one in enumerate(column):
            before = [rows[dependency.service] for dependency in shown[one.name] if dependency.service in rows]
            wanted[one.name] = sum(before) / len(before) if before and number else at * _ROW
        rows |= _spread(wanted)
    top = min(rows.values(), default=0)
    boxes = {
        one.name: (float(MARGIN + number * (BOX_WIDTH + GAP_X)), round(rows[one.name] - top + HEAD, 1))
        for number, column in enumerate(columns)
        for one in column
    }
    width = 2 * MARGIN + max(len(columns), 1) * (BOX_WIDTH + GAP_X) - GAP_X + (QUEUE_WIDTH if with_queues else 0)
    bottom = max((y + BOX_HEIGHT for _, y in boxes.values()), default=HEAD)
    return Layout(boxes, max(width, LEGEND_WIDTH), bottom + 2 * MARGIN)


def _spread(wanted: Mapping[str, float]) -> dict[str, float]:
    """The rows of a column near the wanted ones, without overlap; equal ones keep their order."""
    placed: dict[str, float] = {}
    for name in sorted(wanted, key=lambda name: wanted[name]):
        placed[name] = max([wanted[name], *(row + _ROW for row in list(placed.values())[-1:])])
    shift = sum(placed[name] - wanted[name] for name in placed) / len(placed)
    return {name: row - shift for name, row in placed.items()}
