"""Where each service stands."""

from pictures import FILE, SHOP

from ci.core.compose.parse import parse
from ci.core.picture.graph import nodes, shown_dependencies
from ci.core.picture.layout import BOX_HEIGHT, LEGEND_WIDTH, layers, layout


def test_a_service_is_in_the_column_after_all_that_it_waits_for() -> None:
    found = layers(nodes(parse(SHOP, FILE)))
    assert [[one.name for one in layer] for layer in found] == [
        ["db", "graph"],
        ["init"],
        ["web"],
        ["worker", "mailer"],
    ]


def test_no_two_boxes_overlap() -> None:
    services = nodes(parse(SHOP, FILE))
    boxes = layout(services, shown_dependencies(services), with_queues=True).boxes
    for name, (x, y) in boxes.items():
        in_column = [other for other, (x2, _) in boxes.items() if x2 == x and other != name]
        assert all(abs(boxes[other][1] - y) >= BOX_HEIGHT for other in in_column)


def test_without_services_the_legend_has_its_width() -> None:
    assert (layout((), {}, with_queues=False).boxes, layout((), {}, with_queues=False).width) == ({}, LEGEND_WIDTH)
