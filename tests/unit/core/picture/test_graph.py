"""What the picture of a product shows."""

import pytest
from pictures import FILE, SHOP

from ci.core.compose.parse import parse
from ci.core.picture.graph import Queue, nodes, queues, shown_dependencies
from ci.errors import ConfigurationError


def services(text: str = SHOP) -> dict[str, list[str]]:
    return {one.name: [dependency.service for dependency in one.dependencies] for one in nodes(parse(text, FILE))}


def test_a_dependency_that_follows_from_another_is_not_shown() -> None:
    found = {
        name: [one.service for one in shown] for name, shown in shown_dependencies(nodes(parse(SHOP, FILE))).items()
    }
    assert found == {**services(), "web": ["init"]}


def test_a_weaker_dependency_in_between_implies_no_stronger_one() -> None:
    text = """services:
  a: {image: i, depends_on: {b: {condition: service_started}, c: {condition: service_healthy}}}
  b: {image: i, depends_on: {c: {condition: service_started}}}
  c: {image: i}
"""
    found = shown_dependencies(nodes(parse(text, FILE)))
    assert [one.service for one in found["a"]] == ["b", "c"]


def test_a_service_with_a_build_has_an_own_image() -> None:
    assert {one.name for one in nodes(parse(SHOP, FILE)) if one.own} == {"web", "init", "worker", "mailer"}


def test_a_queue_goes_from_each_sender_to_each_receiver() -> None:
    names = frozenset(services())
    assert queues({"q": "web, worker > mailer"}, names) == (Queue("q", "web", "mailer"), Queue("q", "worker", "mailer"))


@pytest.mark.parametrize("text", ["web", "web > a > db", "web > nobody", " > web", ""])
def test_an_invalid_queue_is_a_problem(text: str) -> None:
    with pytest.raises(ConfigurationError, match="The setting `queues` has an invalid value for `q`"):
        queues({"q": text}, frozenset(services()))


@pytest.mark.parametrize(
    ("services_text", "message"),
    [
        ("a: {image: i, depends_on: [b]}\n  b: {image: i, depends_on: [a]}", "3:.*circle: a → b → a"),
        ("a: {image: i, depends_on: {b: {condition: x}}}", "`depends_on` of `a` is invalid"),
    ],
)
def test_an_invalid_depends_on_is_a_problem_at_its_line(services_text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        nodes(parse(f"x-a: 1\nservices:\n  {services_text}\n", FILE))
