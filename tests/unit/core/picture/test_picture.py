"""The picture of a product."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ci.core.compose.parse import parse
from ci.core.picture.picture import Queue, drawn, layers, picture, queues, shown_needs, svg
from ci.core.product.product import Source
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError

FILE = "docker-compose.yaml"
SHOP = """\
name: shop & co
services:
  web:
    build: {context: ., dockerfile: Dockerfile.web}
    depends_on:
      db: {condition: service_healthy}
      init: {condition: service_completed_successfully}
  init:
    build: .
    depends_on: {db: {condition: service_healthy}}
  worker: {build: ., depends_on: [web]}
  mailer: {build: ., depends_on: [web, gone]}
  db: {image: registry.example/a-rather-long/repository/postgres:17}
  graph: {image: "neo4j:5"}
"""
GOLDEN = Path(__file__).parents[3] / "golden" / "picture.svg"


def source(text: str = SHOP) -> Source:
    return Source(frozenset({FILE}), {FILE: text})


def services(text: str = SHOP) -> dict[str, list[str]]:
    return {one.name: [need.service for need in one.needs] for one in drawn(parse(text, FILE))}


def test_the_picture_is_as_it_was_looked_at() -> None:
    settings = Settings(queues={"mails": "web, worker > mailer", "jobs": "web > worker"})
    assert picture(source(), settings) == GOLDEN.read_text()


def test_it_is_readable_as_svg_and_shows_every_service_once() -> None:
    root = ET.fromstring(picture(source(), Settings()))  # noqa: S314 - our own text
    texts = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert [texts.count(name) for name in services()] == [1] * 6
    assert "shop & co" in texts


def test_a_service_stands_in_the_layer_after_all_that_it_waits_for() -> None:
    found = layers(drawn(parse(SHOP, FILE)))
    assert [[one.name for one in layer] for layer in found] == [
        ["db", "graph"],
        ["init"],
        ["web"],
        ["worker", "mailer"],
    ]


def test_what_follows_from_another_wait_is_not_drawn() -> None:
    found = {name: [need.service for need in needs] for name, needs in shown_needs(drawn(parse(SHOP, FILE))).items()}
    assert found == {**services(), "web": ["init"]}


def test_a_weaker_wait_in_between_implies_no_stronger_one() -> None:
    text = """services:
  a: {image: i, depends_on: {b: {condition: service_started}, c: {condition: service_healthy}}}
  b: {image: i, depends_on: {c: {condition: service_started}}}
  c: {image: i}
"""
    found = shown_needs(drawn(parse(text, FILE)))
    assert [need.service for need in found["a"]] == ["b", "c"]


def test_own_images_are_told_from_others() -> None:
    assert {one.name for one in drawn(parse(SHOP, FILE)) if one.own} == {"web", "init", "worker", "mailer"}


def test_queues_are_between_services() -> None:
    names = frozenset(services())
    assert queues({"q": "web, worker > mailer"}, names) == (Queue("q", "web", "mailer"), Queue("q", "worker", "mailer"))


@pytest.mark.parametrize("text", ["web", "web > a > db", "web > nobody", " > web", ""])
def test_what_is_no_queue(text: str) -> None:
    with pytest.raises(ConfigurationError, match="The queue `q` can't be drawn"):
        queues({"q": text}, frozenset(services()))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("services:\n  a: {image: i, depends_on: [b]}\n  b: {image: i, depends_on: [a]}", "circle: a → b → a"),
        ("services:\n  a: {image: i, depends_on: {b: {condition: x}}}", "`depends_on` of `a` can't be read"),
    ],
)
def test_what_can_t_be_drawn(text: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        picture(source(text), Settings())


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(ConfigurationError, match="Missing: the compose file"):
        picture(Source(frozenset(), {}), Settings())


def test_a_product_of_nothing_is_an_empty_picture() -> None:
    assert svg("none", ()).startswith("<svg")
