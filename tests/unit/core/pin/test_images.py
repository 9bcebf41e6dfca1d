"""Where services get their references from, when fragments are shared."""

from textwrap import dedent

import pytest

from ci.core.compose.parse import parse
from ci.core.pin.images import last_merge, pin_images
from ci.errors import ConfigurationError

SHARED = """\
x-base: &base {build: ., image: old}
services:
  web: {<<: *base}
  worker: {<<: *base}
"""


def plan(text: str, **references: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[str]]:
    """The new values and the removals as (line's key, text), and the texts that are inserted."""
    pins = pin_images(parse(dedent(text), "f"), references)
    values = [(pair.key.value, value) for pair, value in pins.new_values]
    return values, [(pair.key.value, new) for pair, new in pins.removals], [edit.new for edit in pins.inserted]


def test_an_image_gets_its_new_value_where_it_is() -> None:
    text = "services:\n  web: {build: ., image: old}\n"
    assert plan(text, web="new") == ([("image", "new")], [("build", "")], [])


def test_a_build_without_an_image_is_replaced_by_one() -> None:
    assert plan("services:\n  web: {build: .}\n", web="new") == ([], [("build", "image: new")], [])


def test_a_shared_place_is_changed_if_all_its_readers_need_the_same() -> None:
    assert plan(SHARED, web="new", worker="new") == ([("image", "new")], [("build", "")], [])


def test_services_with_different_references_get_images_of_their_own() -> None:
    assert plan(SHARED, web="one", worker="two") == ([], [("build", "")], [", image: one", ", image: two"])


def test_a_shared_place_is_not_changed_if_a_reader_is_not_built() -> None:
    text = "x-base: &base {image: old}\nservices:\n  web: {<<: *base, build: .}\n  db: {<<: *base}\n"
    assert plan(text, web="new") == ([], [("build", "image: new")], [])


def test_an_extending_service_that_builds_something_else_gets_its_own_image() -> None:
    text = """\
    services:
      web: {build: .}
      worker:
        extends: web
        build: {target: worker}
    """
    assert plan(text, web="one", worker="two") == ([], [("build", "image: one"), ("build", "image: two")], [])


def test_services_that_are_one_mapping_cannot_have_two_references() -> None:
    with pytest.raises(ConfigurationError, match="services that need different values"):
        plan("services:\n  web: &web {build: .}\n  worker: *web\n", web="one", worker="two")


@pytest.mark.parametrize(
    ("service", "neighbour"),
    [
        ("{a: 1, <<: *x, b: 2}", "<<"),
        ("{extends: db, b: 2}", "extends"),
        ("{a: 1, b: 2}", "b"),
        ("{<<: *x, extends: db}", "<<"),
    ],
)
def test_an_own_image_follows_the_merge_that_it_overrides(service: str, neighbour: str) -> None:
    compose = parse(f"x: &x {{}}\nservices:\n  web: {service}\n  db: {{}}\n", "f")
    assert last_merge(compose.services[0].node).key.value == neighbour
