"""What a build of one target needs of a Dockerfile."""

import pytest

from ci.core.images.stages import final_base, needed, target_platform, undeclared_arguments

STAGES = """\
# syntax=docker/dockerfile:1
ARG VERSION=3.11
FROM python:${VERSION}-slim AS base
COPY base /x
FROM base AS web
COPY web /x
COPY --from=tools.example/uv:1 /uv /uv
FROM node:22 AS client
COPY client /x
FROM base
RUN --mount=type=bind,from=client,source=/x,target=/c true
COPY jobs /x
"""


def copied(target: str, text: str = STAGES, **arguments: str) -> list[str]:
    return [item.value.split()[-2] for item in needed(text, target, arguments, "").instructions if item.name == "COPY"]


@pytest.mark.parametrize(
    ("target", "folders", "images"),
    [
        ("", ["base", "client", "jobs"], ("docker/dockerfile:1", "node:22", "python:3.11-slim")),
        ("web", ["base", "web", "/uv"], ("docker/dockerfile:1", "python:3.11-slim", "tools.example/uv:1")),
        ("Client", ["client"], ("docker/dockerfile:1", "node:22")),
        ("0", ["base"], ("docker/dockerfile:1", "python:3.11-slim")),
    ],
)
def test_a_target_needs_the_stages_that_it_is_made_from(
    target: str, folders: list[str], images: tuple[str, ...]
) -> None:
    found = needed(STAGES, target, {}, "")
    assert (copied(target), found.images, found.unknown) == (folders, images, ())


def test_a_target_that_is_no_stage_may_need_all() -> None:
    assert copied("other") == ["base", "web", "/uv", "client", "jobs"]


@pytest.mark.parametrize(
    ("base", "image"),
    [
        ("a:$V", "a:1"),
        ("a:${V}", "a:1"),
        ("a:${V:-2}", "a:1"),
        ("a:${W:-2}", "a:2"),
        ("a${V:+-x}", "a-x"),
        ("a${W:+-x}", "a"),
        ("a-$TARGETARCH", "a-arm64"),
        ("--platform=$BUILDPLATFORM a:1", "a:1"),
        ("a@sha256:" + "0" * 64 + " AS x", "a@sha256:" + "0" * 64),
    ],
)
def test_variables_of_a_base_image(base: str, image: str) -> None:
    found = needed(f"ARG V=1\nFROM {base}\n", "", {}, "linux/arm64")
    assert (found.images, found.unknown) == ((image,), ())


def test_a_given_argument_names_the_base_image_where_it_is_declared() -> None:
    assert needed("ARG V=1\nFROM a:$V\n", "", {"V": "9"}, "").images == ("a:9",)
    assert needed("FROM a:$V\n", "", {"V": "9"}, "").unknown == ("a:$V",)


def test_a_stage_that_is_named_by_an_unknown_variable_may_be_any() -> None:
    text = "FROM a AS one\nCOPY one /x\nFROM b AS two\nCOPY two /x\nFROM c\nCOPY --from=$WHICH /x /x\n"
    found = needed(text, "", {}, "")
    assert (found.images, found.unknown) == (("a", "b", "c"), ("$WHICH",))
    assert copied("", text)[:2] == ["one", "two"]


def test_scratch_and_additional_contexts_are_no_images() -> None:
    text = "FROM scratch\nCOPY --from=docs /x /x\nCOPY --from=other /y /y\n"
    assert needed(text, "", {}, "", ["Docs"]).images == ("other",)


def test_a_stage_does_not_come_before_itself() -> None:
    """`FROM python AS python` starts from the image."""
    assert needed("FROM python AS python\n", "", {}, "").images == ("python",)


def test_the_variables_of_a_platform() -> None:
    assert target_platform("linux/arm/v7")["TARGETVARIANT"] == "v7"
    assert target_platform("") == {}


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("FROM python:3.11", "", "python:3.11"),
        ("FROM --platform=linux/amd64 python:3.11 AS x", "", "python:3.11"),
        ("FROM node AS client\nFROM python", "", "python"),
        ("FROM node AS client\nFROM python", "client", "node"),
        ("FROM node AS Base\nFROM base AS mid\nFROM mid", "", "node"),
        ("ARG V=3\nFROM python:$V", "", "python:3"),
        ("ARG V=3\nFROM python:${V}", "", "python:3"),
        ("ARG V\nFROM python:$V", "", ""),
        ("ARG V=3\nFROM python:$V\nFROM node", "", "node"),
        ("FROM node", "gone", ""),
        ("# nothing", "", ""),
    ],
)
def test_the_base_of_what_is_built(text: str, target: str, expected: str) -> None:
    assert final_base(text, target, {}, "") == expected


def test_an_argument_of_the_compose_file_counts() -> None:
    assert final_base("ARG V=3\nFROM python:$V", "", {"V": "4"}, "") == "python:4"


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("FROM a\nARG X\nARG Y=1 Z\nENV Z=1", "", {"X", "Y"}),
        ("FROM a\nARG X\nENV X $X", "", set()),
        ("ARG V=1\nFROM a:$V", "", set()),
        ("FROM a AS first\nARG X\nFROM first AS second\nARG Y\nENV Y=$Y", "", {"X"}),
        ("FROM a AS first\nARG X\nFROM b\nARG Y", "", {"Y"}),
        ("FROM a AS first\nARG X\nFROM b\nARG Y", "first", {"X"}),
        ("FROM a", "gone", set()),
    ],
)
def test_the_arguments_of_an_image_that_no_env_declares(text: str, target: str, expected: set[str]) -> None:
    assert undeclared_arguments(text, target, {}, "") == expected
