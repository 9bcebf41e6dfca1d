"""What an image is built from, by the compose file, the settings and the Dockerfile."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ci.core.compose.parse import parse
from ci.core.images.image import Image
from ci.core.images.names import own_images
from ci.core.images.recipe import Recipe, arguments_of, recipe_of
from ci.core.settings.product import Settings

SETTINGS = Settings(image_prefix="r.example/o/p", build_args={"FROM_SETTINGS": "s"})
PIN = "0" * 64


def image(build: str, file: str = "docker-compose.yaml") -> Image:
    [found] = own_images(parse(f"services:\n  web:\n    build: {build}\n", file, {}), SETTINGS.image_prefix)
    return found


def recipe(
    lines: str = "", build: str = ".", settings: Settings = SETTINGS, texts: Mapping[str, str] | None = None
) -> Recipe:
    return recipe_of(image(build), {"Dockerfile": f"FROM base\n{lines}\n", **(texts or {})}, settings)


def test_all_that_a_build_is_given_is_in_it() -> None:
    build = (
        "{context: app, target: x, args: {A: 1, FROM_SETTINGS: , NONE: }, labels: {l: v}, secrets: [b, a], "
        "ssh: [default], network: host}"
    )
    found = recipe_of(image(build), {"app/Dockerfile": "FROM base AS x\nCOPY a /\n"}, SETTINGS, "Shop: x", ["A"])
    assert found == Recipe(
        identity="Shop: x",
        dockerfile="app/Dockerfile",
        text="FROM base AS x\nCOPY a /\n",
        context="app",
        ignore="",
        paths=("a",),
        images=("base",),
        arguments=(("A", "1"), ("FROM_SETTINGS", "s")),
        masked=frozenset({"A"}),
        labels=(("l", "v"),),
        secrets=("a", "b"),
        ssh=("default",),
        options=(("network", '"host"'),),
        target="x",
        platform="linux/amd64",
        compression="gzip",
    )


def test_an_argument_without_a_value_is_none() -> None:
    assert arguments_of(image("{context: ., args: {NONE: }}"), SETTINGS) == {}


def test_an_inline_dockerfile_has_no_path() -> None:
    found = recipe(build='{context: ., dockerfile_inline: "FROM inline"}')
    assert (found.dockerfile, found.text, found.images) == ("dockerfile_inline", "FROM inline", ("inline",))


@pytest.mark.parametrize(
    ("texts", "ignore"),
    [
        ({}, ""),
        ({".dockerignore": "a"}, "a"),
        ({".dockerignore": "a", "Dockerfile.dockerignore": "b"}, "b"),
        ({".dockerignore": "a", "Dockerfile.dockerignore": ""}, ""),  # builders differ: nothing is excluded
    ],
)
def test_the_dockerignore_that_holds(texts: dict[str, str], ignore: str) -> None:
    assert recipe(texts=texts).ignore == ignore
    inline = recipe(build='{context: ., dockerfile_inline: "FROM a"}', texts=texts)
    assert inline.ignore == ("" if "Dockerfile.dockerignore" in texts else ignore)  # builders differ here as well


@pytest.mark.parametrize(
    "lines", ["COPY . /", "COPY $X /", "ONBUILD COPY a /", "RUN --mount=target=/x true", "FROM node:onbuild"]
)
def test_more_counts_than_is_known_to_be_read_and_it_says_so(lines: str) -> None:
    found = recipe(lines)
    assert found.paths is None
    assert ".dockerignore" in found.notes[0]


def test_the_setting_makes_all_of_a_context_count() -> None:
    settings = replace(SETTINGS, full_contexts=(image(".").name,))
    found = recipe("COPY a /", settings=settings)
    assert (found.paths, "`full_contexts`" in found.notes[0]) == (None, True)


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ("ADD https://x.example/a /", "https://x.example/a"),
        ("ADD --chown=1 a https://x.example/b /", "https://x.example/b"),
        ("ADD https://git.example/a.git#main /", "a.git#main"),
        ("ADD $URL /", "$URL"),
        ("FROM $BASE", "$BASE"),
        ("COPY --from=$STAGE a /", "$STAGE"),
    ],
)
def test_what_may_change_without_a_change_of_the_source_is_unknown(lines: str, named: str) -> None:
    [unknown] = recipe(lines).unknown
    assert named in unknown


@pytest.mark.parametrize(
    "lines",
    [
        f"ADD --checksum=sha256:{PIN} https://x.example/a /",
        f"ADD https://git.example/a.git#{'0' * 40} /",
        f"ADD --keep-git-dir=true git@git.example:a.git#{'a' * 40}:folder /",
        "ADD a.tar.gz /",
    ],
)
def test_what_is_named_by_its_content_is_known(lines: str) -> None:
    assert recipe(lines).unknown == ()


def test_the_platform_of_an_engine_is_unknown() -> None:
    unnamed = replace(SETTINGS, platform="")
    assert "`platform`" in recipe(settings=unnamed).unknown[0]
    assert recipe(build="{context: ., platforms: [linux/arm64]}", settings=unnamed).unknown == ()


@pytest.mark.parametrize("key", ["no_cache: true", "no_cache_filter: [x]"])
def test_what_is_to_be_built_without_a_cache_is_built_each_time(key: str) -> None:
    assert "`no_cache`" in recipe(build=f"{{context: ., {key}}}").unknown[0]


def test_a_dockerfile_for_another_frontend_is_not_read() -> None:
    found = recipe_of(image("."), {"Dockerfile": "# syntax=other.example/frontend\nFROM base\n"}, SETTINGS)
    assert "other.example/frontend" in found.unknown[0]
    known = recipe_of(image("."), {"Dockerfile": "# syntax=docker/dockerfile:1\nFROM base\n"}, SETTINGS)
    assert (known.unknown, known.images) == ((), ("base", "docker/dockerfile:1"))


def test_of_several_platforms_none_names_a_base_image() -> None:
    of_one = "{context: ., platforms: [linux/arm64]}"
    assert recipe("FROM a-$TARGETARCH", of_one).images == ("a-arm64",)
    assert "$TARGETARCH" in recipe("FROM a-$TARGETARCH", of_one.replace("arm64", "arm64, linux/amd64")).unknown[0]
    assert recipe("FROM a-$TARGETARCH").images == ("a-amd64",)


def test_the_options_that_change_what_is_built() -> None:
    build = "{context: ., extra_hosts: [a=1.2.3.4], shm_size: 1k, cache_from: [x], ulimits: {nofile: 5}}"
    assert recipe(build=build).options == (
        ("extra_hosts", '[["a", "1.2.3.4"]]'),
        ("shm_size", "1024"),
        ("ulimits", '[["nofile", "5:5"]]'),
    )


@pytest.mark.parametrize("listed", [False, True])
def test_additional_contexts(*, listed: bool) -> None:
    pairs = {
        "docs": "../docs",
        "tools": "docker-image://tools:1",
        "code": f"https://git.example/a.git#{'0' * 40}",
        "moving": "https://git.example/a.git",
    }
    written = [f"{name}={value}" for name, value in pairs.items()] if listed else pairs
    build = f"{{context: ., additional_contexts: {str(written).replace(chr(39), chr(34))}}}"
    found = recipe_of(image(build, "deploy/compose.yaml"), {"deploy/Dockerfile": "FROM tools\nCOPY --from=docs a /\n"},
                      replace(SETTINGS, compose_file="deploy/compose.yaml"))  # fmt: skip
    assert found.images == ("tools:1",)
    assert found.folders == {"docs": "docs"}
    assert [text.split("=")[0].split()[-1] for text in found.unknown] == ["moving"]
    assert found.options == ()
