"""Images that are built on other own images by their local names."""

import pytest

from ci.core.product.product import read_spec
from ci.core.product.source import Source
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError, Problem

SETTINGS = Settings(image_prefix="ghcr.io/o/shop", product_name="Shop", compose_file="compose.yaml")
COMPOSE = """\
name: shop
services:
  base: {build: ./base, image: acme/base}
  web: {build: ./web}
"""


def problems(web: str, compose: str = COMPOSE, base: str = "FROM python:3.12\n") -> list[Problem]:
    texts = {"compose.yaml": compose, "base/Dockerfile": base, "web/Dockerfile": web}
    try:
        read_spec(Source(frozenset(texts), texts), SETTINGS, full=True)
    except ConfigurationError as error:
        return [one for one in error.problems if "local name" in one.what]
    return []


@pytest.mark.parametrize(
    ("dockerfile", "value", "line"),
    [
        ("FROM acme/base\n", "acme/base", 1),
        ("# x\nFROM docker.io/acme/base:latest AS b\nRUN x\n", "docker.io/acme/base:latest", 2),
        ("FROM node\nCOPY --from=acme/base /a /b\n", "acme/base", 2),
        ("FROM node\nRUN --mount=from=acme/base,target=/x ls\n", "acme/base", 2),
        ("ARG BASE=acme/base\nFROM $BASE\n", "acme/base", 1),
        ("FROM shop-web-base\nFROM acme/base\n", "acme/base", 2),
    ],
)
def test_an_own_image_as_a_base_is_refused_with_its_line(dockerfile: str, value: str, line: int) -> None:
    (problem,) = problems(dockerfile)
    assert problem.what == "The image of `web` is built on that of `base`, by its local name"
    assert (problem.value, problem.file, problem.line) == (value, "web/Dockerfile", line)


@pytest.mark.parametrize(
    "dockerfile", ["FROM acme/base:2\n", "FROM node AS acme-base\nFROM acme-base\n", "FROM ghcr.io/acme/base\n"]
)
def test_another_image_or_a_stage_is_none(dockerfile: str) -> None:
    assert problems(dockerfile) == []


def test_an_image_with_the_name_of_its_own_base_is_built_on_the_published_one() -> None:
    assert problems("FROM node\n", base="FROM acme/base\n") == []


def test_an_additional_context_that_is_an_own_image_is_one() -> None:
    compose = COMPOSE.replace("./web}", "{context: ./web, additional_contexts: {b: docker-image://acme/base}}}")
    (problem,) = problems("FROM b\n", compose)
    assert (problem.value, problem.line) == ("acme/base", 0)
