"""The picture of a product, drawn from its compose file as SVG: services, who waits for whom, and queues.

Each service stands in the layer after all that it waits for; nothing in it depends on the time or the machine, so the
same file gives the same picture.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ci.core.compose.depends_on import Condition, Dependency, cycles, read_depends_on
from ci.core.compose.model import Compose
from ci.core.compose.parse import parse
from ci.core.product.product import Source
from ci.core.settings.product import Settings
from ci.core.yaml.merges import effective
from ci.core.yaml.values import plain
from ci.errors import ConfigurationError, Problem

WIDTH, HEIGHT = 168, 46
GAP_X, GAP_Y = 96, 18
MARGIN, HEAD = 24, 64
ROOM, LEGEND_WIDTH = 130, 1200
"""What the bows of queues take at the right, and the least width of the picture: that of its legend."""
_LINES = {
    Condition.HEALTHY: ("#2563eb", "", "healthy"),
    Condition.COMPLETED: ("#b45309", "6 3", "has ended well"),
    Condition.STARTED: ("#6b7280", "2 3", "started"),
}
"""Of each condition: the line's colour, its dashes, and its words."""
_QUEUE = "#15803d"
_HALO = 'stroke="#ffffff" stroke-width="3" paint-order="stroke"'
_FONT = 'font-family="Helvetica, Arial, sans-serif"'


@dataclass(frozen=True)
class Drawn:
    """A service as it is drawn: what it runs, and whether that is an image of the product's own."""

    name: str
    image: str
    own: bool
    needs: tuple[Dependency, ...]


@dataclass(frozen=True)
class Queue:
    """A queue between two services."""

    name: str
    source: str
    target: str


def picture(source: Source, settings: Settings) -> str:
    """The picture of the product in a source tree.

    Raises:
        ConfigurationError: there is no compose file, or it or the queues of the settings can't be drawn.
    """
    file = settings.compose_file
    if file not in source.texts:
        expected = "a compose file"
        raise ConfigurationError(
            Problem(what="Missing: the compose file", value=file, expected=expected, hint="give its path with --file")
        )
    compose = parse(source.texts[file], file)
    services = drawn(compose)
    between = queues(settings.queues, frozenset(one.name for one in services))
    name = effective(compose.document.root).get("name")
    told = plain(name.raw) if name else settings.product_name
    return svg(str(told or file), services, between)


def drawn(compose: Compose) -> tuple[Drawn, ...]:
    """The services of a compose file as they are drawn.

    Raises:
        ConfigurationError: `depends_on` can't be read, or is a circle.
    """
    found, problems = [], list[Problem]()
    for service in compose.services:
        needs: tuple[Dependency, ...] = ()
        if "depends_on" in service.keys:
            pair = service.keys["depends_on"]
            try:
                needs = read_depends_on(plain(pair.raw) or [])
            except ValueError as error:
                what = f"`depends_on` of `{service.name}` can't be read"
                problems.append(compose.document.problem(pair.key, what, expected=str(error), hint="mend it"))
        own = service.build is not None
        image = service.build.dockerfile if service.build else service.image
        found.append(Drawn(service.name, image, own, needs))
    circle = next(iter(cycles({one.name: one.needs for one in found})), None)
    if circle:
        told = " → ".join(circle)
        problems.append(
            Problem(what="Services wait for each other in a circle", value=told, file=compose.document.file)
        )
    if problems:
        raise ConfigurationError(*problems)
    return tuple(found)


def queues(told: Mapping[str, str], names: frozenset[str]) -> tuple[Queue, ...]:
    """The queues of the settings: name -> `from, from > to, to`.

    Raises:
        ConfigurationError: a text is none of that form, or names no service.
    """
    found, problems = [], []
    for name, text in told.items():
        ends = [[one.strip() for one in side.split(",")] for side in text.split(">")]
        wrong = [one for side in ends for one in side if one not in names]
        if len(ends) != 2 or wrong:  # noqa: PLR2004 - from and to
            problems.append(
                Problem(
                    what=f"The queue `{name}` can't be drawn",
                    value=text,
                    file="pyproject.toml",
                    expected="services from which and to which, `web, clock > worker`",
                    hint="mend it in [tool.slipway.queues]",
                )
            )
            continue
        found += [Queue(name, source, target) for source in ends[0] for target in ends[1]]
    if problems:
        raise ConfigurationError(*problems)
    return tuple(found)


def layers(services: tuple[Drawn, ...]) -> tuple[tuple[Drawn, ...], ...]:
    """The services in layers: each after all that it waits for; a layer in the order of the file."""
    by_name = {one.name: one for one in services}
    depth: dict[str, int] = {}

    def of(one: Drawn) -> int:
        if one.name not in depth:
            depth[one.name] = max((of(by_name[n.service]) + 1 for n in one.needs if n.service in by_name), default=0)
        return depth[one.name]

    last = max((of(one) for one in services), default=-1)
    return tuple(tuple(one for one in services if depth[one.name] == number) for number in range(last + 1))


def shown_needs(services: tuple[Drawn, ...]) -> dict[str, tuple[Dependency, ...]]:
    """What of each service's needs is drawn: not what follows from another of them, since a picture of all is a tangle.

    That `a` waits for `b` follows where `a` waits for the end or the health of `c`, which itself waits for `b` as much.
    """
    by_name = {one.name: one for one in services}
    strength = {Condition.STARTED: 0, Condition.HEALTHY: 1, Condition.COMPLETED: 1}

    def follows(need: Dependency, other: Dependency) -> bool:
        seen, todo = set[str](), [other.service]
        while todo:
            one = by_name.get(todo.pop())
            if one is None or one.name in seen:
                continue
            seen.add(one.name)
            if any(n.service == need.service and strength[n.condition] >= strength[need.condition] for n in one.needs):
                return True
            todo += [n.service for n in one.needs]
        return False

    return {
        one.name: tuple(n for n in one.needs if not any(follows(n, other) for other in one.needs if other != n))
        for one in services
    }


def svg(title: str, services: tuple[Drawn, ...], between: tuple[Queue, ...] = ()) -> str:
    """The picture as the text of an SVG file."""
    places, bottom = _places(services)
    columns = 1 + round((max((x for x, _ in places.values()), default=MARGIN) - MARGIN) / (WIDTH + GAP_X))
    width = max(2 * MARGIN + columns * (WIDTH + GAP_X) - GAP_X + (ROOM if between else 0), LEGEND_WIDTH)
    height = bottom + 2 * MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}">',
        f"<title>{_text(title)}</title>",
        "<defs>",
        *(_head(name, colour) for name, colour in _heads()),
        "</defs>",
        f'<rect width="{width}" height="{height:g}" fill="#ffffff"/>',
        f'<text x="{MARGIN}" y="34" {_FONT} font-size="18" font-weight="bold" fill="#111827">{_text(title)}</text>',
    ]
    needs = shown_needs(services)
    for one in services:
        for need in needs[one.name]:
            if need.service in places:
                words = _LINES[need.condition][2]
                state = words if need.condition == Condition.COMPLETED else f"is {words}"
                told = f"{one.name} waits until {need.service} {state}"
                lines.append(_arrow(places[need.service], places[one.name], need.condition, told))
    lines += [_queue(queue, places) for queue in between]
    for one in services:
        lines += _box(one, *places[one.name])
    lines += _legend(height - MARGIN, with_queues=bool(between))
    return "\n".join([*lines, "</svg>", ""])


def _places(services: tuple[Drawn, ...]) -> tuple[dict[str, tuple[float, float]], float]:
    """Where each box stands, near what it waits for, and where the lowest ends."""
    needs = shown_needs(services)
    step = HEIGHT + GAP_Y
    rows: dict[str, float] = {}
    columns = layers(services)
    for number, column in enumerate(columns):
        wanted = {}
        for at, one in enumerate(column):
            before = [rows[need.service] for need in needs[one.name] if need.service in rows]
            wanted[one.name] = sum(before) / len(before) if before and number else at * step
        placed: dict[str, float] = {}
        for name in sorted(wanted, key=lambda name: wanted[name]):  # stable: else the order of the file
            placed[name] = max([wanted[name], *(row + step for row in list(placed.values())[-1:])])
        drift = sum(placed[name] - wanted[name] for name in placed) / len(placed)
        rows |= {name: row - drift for name, row in placed.items()}
    first = min(rows.values(), default=0)
    places = {
        one.name: (float(MARGIN + number * (WIDTH + GAP_X)), round(rows[one.name] - first + HEAD, 1))
        for number, column in enumerate(columns)
        for one in column
    }
    return places, max((y + HEIGHT for _, y in places.values()), default=HEAD)


def _box(one: Drawn, x: float, y: float) -> list[str]:
    fill, edge, corner = ("#dbeafe", "#1d4ed8", 8) if one.own else ("#f3f4f6", "#6b7280", 0)
    middle = x + WIDTH / 2
    image = one.image if len(one.image) <= _FITS else f"…{one.image[-_FITS + 1 :]}"
    place = f'x="{middle:g}" {_FONT} text-anchor="middle"'
    return [
        f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="{corner}" fill="{fill}" stroke="{edge}"/>',
        f'<text {place} y="{y + 20:g}" font-size="14" fill="#111827">{_text(one.name)}</text>',
        f'<text {place} y="{y + 36:g}" font-size="10" fill="#4b5563">{_text(image)}</text>',
    ]


_FITS = 28
"""How many characters of an image fit into its box."""


def _arrow(start: tuple[float, float], end: tuple[float, float], condition: Condition, told: str) -> str:
    colour, dashes, _ = _LINES[condition]
    x1, y1, x2, y2 = start[0] + WIDTH, start[1] + HEIGHT / 2, end[0], end[1] + HEIGHT / 2
    bend = GAP_X / 2
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="M{x1:g} {y1:g} C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2 - 2:g} {y2:g}" fill="none" '
        f'stroke="{colour}"{dash} marker-end="url(#{condition})"><title>{_text(told)}</title></path>'
    )


def _queue(queue: Queue, places: Mapping[str, tuple[float, float]]) -> str:
    """A queue: in one layer a bow at the right of the boxes, to another layer a line."""
    (x1, y1), (x2, y2) = places[queue.source], places[queue.target]
    told = f"{queue.source} puts jobs into the queue {queue.name}, {queue.target} takes them"
    if x1 == x2:
        right, below = x1 + WIDTH, y2 > y1
        a, b = y1 + HEIGHT * (0.7 if below else 0.3), y2 + HEIGHT * (0.3 if below else 0.7)
        bow = min(12 + abs(y2 - y1) / 4, GAP_X)
        label = (right + bow * 0.75 + 4, (a + b) / 2 + 3)
        path = f"M{right:g} {a:g} C{right + bow:g} {a:g} {right + bow:g} {b:g} {right + 2:g} {b:g}"
    else:
        a, b = y1 + HEIGHT * 0.75, y2 + HEIGHT * 0.75
        left, right = (x1 + WIDTH, x2 - 2) if x2 > x1 else (x1, x2 + WIDTH + 2)
        bend = GAP_X / 2 if x2 > x1 else -GAP_X / 2
        label = None
        path = f"M{left:g} {a:g} C{left + bend:g} {a:g} {right - bend:g} {b:g} {right:g} {b:g}"
    drawn_line = (
        f'<path d="{path}" fill="none" stroke="{_QUEUE}" stroke-width="1.5" marker-end="url(#queue)">'
        f"<title>{_text(told)}</title></path>"
    )
    if label is None:  # between layers it would stand on other lines
        return drawn_line
    x, y = label
    style = f'{_FONT} font-size="10" fill="{_QUEUE}" {_HALO}'
    return f'{drawn_line}\n<text x="{x:g}" y="{y:g}" {style}>{_text(queue.name)}</text>'


def _legend(y: float, *, with_queues: bool) -> list[str]:
    entries = [(colour, dashes, f"starts when the other {'is ' if name != Condition.COMPLETED else ''}{words}")
               for name, (colour, dashes, words) in _LINES.items()]  # fmt: skip
    if with_queues:
        entries.append((_QUEUE, "", "gives jobs to, by a queue"))
    lines, x = [], float(MARGIN)
    for colour, dashes, words in entries:
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        lines.append(f'<path d="M{x:g} {y:g} h28" stroke="{colour}" stroke-width="1.5"{dash}/>')
        lines.append(f'<text x="{x + 34:g}" y="{y + 4:g}" {_FONT} font-size="11" fill="#374151">{words}</text>')
        x += 48 + 6 * len(words)
    for fill, edge, corner, words in (("#dbeafe", "#1d4ed8", 4, "own image"), ("#f3f4f6", "#6b7280", 0, "other image")):
        lines.append(
            f'<rect x="{x:g}" y="{y - 7:g}" width="20" height="14" rx="{corner}" fill="{fill}" stroke="{edge}"/>'
        )
        lines.append(f'<text x="{x + 26:g}" y="{y + 4:g}" {_FONT} font-size="11" fill="#374151">{words}</text>')
        x += 40 + 6 * len(words)
    return lines


def _heads() -> list[tuple[str, str]]:
    return [*((name, line[0]) for name, line in _LINES.items()), ("queue", _QUEUE)]


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{colour}"/></marker>'
    )


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
