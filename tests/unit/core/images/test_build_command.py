"""The program that builds one image, run by a real shell with a `buildctl` that prints its arguments."""

import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ci.core.compose.build_options import read_options
from ci.core.compose.model import Build, BuildSecret
from ci.core.compose.paths import from_top
from ci.core.images.build_command import BuildRequest, exports_cache, familiar, program, secret_path
from ci.core.images.image import Image, dockerfile_path

FILE = "deploy/compose.yaml"


def image(context: str = "app", options: dict[str, Any] | None = None, **build: Any) -> Image:  # Any: parts of Build
    made = Build(context, options=read_options(options or {}), **build)
    where = {"context": from_top(FILE, context), "dockerfile": dockerfile_path(FILE, made)}
    return Image(name="web", repository="r.example/o/web", **where, build=made, services=("web",), line=1)


@pytest.fixture
def run(tmp_path: Path) -> Any:  # Any: a function
    """Runs a program in a mode, and returns the words that buildctl was given."""
    fake = tmp_path / "buildctl"
    fake.write_text('#!/bin/sh\nfor word in "$@"; do printf "%s\\0" "$word"; done\n')
    fake.chmod(0o755)

    def words(built: Image, mode: str = "push", **request: Any) -> list[str]:  # Any: parts of a request
        text = program(
            BuildRequest(image=built, repository=built.repository, folder="web", compose_file=FILE, **request)
        )
        command = ["sh", "-c", text, "sh", mode, "/work/metadata"]
        printed = subprocess.run(command, capture_output=True, check=True, env={"PATH": f"{tmp_path}:/bin:/usr/bin"})
        return printed.stdout.decode().split("\0")[:-1]

    return words


def values(words: list[str], flag: str) -> list[str]:
    return [value for key, value in pairwise(words) if key == flag]


def test_what_a_compose_file_says_reaches_buildctl(run: Any) -> None:
    options = {
        "additional_contexts": {"lib": "../lib", "os": "docker-image://alpine:3"},
        "network": "host",
        "extra_hosts": ["a:10.0.0.1", "b=::1"],
        "shm_size": "1m",
        "ulimits": {"nofile": {"soft": "1", "hard": "2"}, "nproc": "3"},
        "platforms": ["linux/amd64", "linux/arm64"],
        "cache_from": ["r.example/cache"],
        "no_cache_filter": ["first", "second"],
    }
    secrets = (BuildSecret("pip", ""), BuildSecret("a/b", ""))
    words = run(
        image(options=options, target="last", labels=(("team", "a b"),), secrets=secrets, ssh=("default",)),
        platform="linux/s390x",
        arguments=(("A", "1"),),
        labels=(("commit", "0123"),),
        bases=(("python:3", "sha256:0"), ("docker.io/library/os", "sha256:1"), ("docker/dockerfile:1", "sha256:2")),
        frontend="docker/dockerfile:1",
    )
    assert words[:2] == ["build", "--progress=plain"]
    assert values(words, "--local") == [
        "context=/slipway/source/deploy/app",
        "dockerfile=/slipway/source/deploy/app",
        "lib=/slipway/source/lib",
    ]
    assert values(words, "--opt") == [
        "filename=Dockerfile",
        "context:lib=local:lib",
        "context:os=docker-image://alpine:3",
        "context:python:3=docker-image://python:3@sha256:0",  # the compose file's own context `os` stays
        "build-arg:BUILDKIT_SYNTAX=docker/dockerfile:1@sha256:2",
        "platform=linux/amd64,linux/arm64",
        "target=last",
        "build-arg:A=1",
        "label:team=a b",
        "label:commit=0123",
        "force-network-mode=host",
        "add-hosts=a=10.0.0.1,b=::1",
        "shm-size=1048576",
        "ulimit=nofile=1:2,nproc=3:3",
        "no-cache=first,second",
    ]
    assert values(words, "--import-cache") == ["type=registry,ref=r.example/cache"]
    assert values(words, "--secret") == [f"id={name},src={secret_path(name)}" for name in ("pip", "a/b")]
    assert values(words, "--ssh") == ["default=/slipway/ssh.sock"]
    assert values(words, "--allow") == ["network.host"]


@pytest.mark.parametrize(
    "value", ["a b", "it's", '"x"', "$HOME `id` $(id)", "two\nlines", "*", "-x", "ä", "\\", "a;b&c"]
)
def test_every_value_reaches_buildctl_as_it_is(run: Any, value: str) -> None:
    built = image(f"x{value}", labels=((f"l{value}", value),), target=value)
    words = run(built, arguments=((f"A{value}", value),))
    options = values(words, "--opt")
    assert options[1:] == [f"target={value}", f"build-arg:A{value}={value}", f"label:l{value}={value}"]
    assert values(words, "--local")[0] == f"context=/slipway/source/deploy/x{value}"


def test_each_mode_has_its_output(run: Any) -> None:
    built = image(options={"cache_to": ["type=inline", "type=registry,ref=r.example/own"]})
    cache = "type=registry,ref=r.example/cache:web"
    assert values(run(built, "build", cache=cache), "--output") == []
    store, push = run(built, "store", cache=cache), run(built, "push", cache=cache, compression="zstd")
    assert values(store, "--output") == ["type=image,compression=gzip,oci-mediatypes=true"]
    assert values(push, "--output") == [
        "type=image,name=r.example/o/web,push=true,push-by-digest=true,compression=zstd,oci-mediatypes=true"
    ]
    assert values(push, "--metadata-file") == ["/work/metadata"]
    assert values(push, "--export-cache") == values(store, "--export-cache") == ["type=inline"]
    exported = run(built, "cache", cache=cache)
    assert values(exported, "--export-cache") == ["type=registry,ref=r.example/own", f"{cache},mode=max"]
    assert "--output" not in exported
    assert values(push, "--import-cache") == [cache]


def test_an_export_of_the_cache_alone_executes_nothing_again(run: Any) -> None:
    built = image(options={"no_cache": "true"})
    assert ["--no-cache" in run(built, mode) for mode in ("build", "store", "push", "cache")] == [True] * 3 + [False]


def test_a_dockerfile_may_be_inline_or_outside_of_the_context(run: Any) -> None:
    inline = run(image(inline="FROM scratch"))
    assert values(inline, "--local")[1] == "dockerfile=/slipway/jobs/web"
    outside = run(image(dockerfile="../../docker/Dockerfile.web"))
    assert values(outside, "--local")[1] == "dockerfile=/slipway/source/docker"
    assert values(outside, "--opt") == ["filename=Dockerfile.web"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("docker.io/library/alpine:latest", "alpine"),
        ("library/alpine", "alpine"),
        ("python:3.11-slim", "python:3.11-slim"),
        ("docker.io/org/app:1", "org/app:1"),
        ("ghcr.io/library/app", "ghcr.io/library/app"),
    ],
)
def test_a_context_is_named_as_buildkit_looks_it_up(name: str, expected: str) -> None:
    assert familiar(name) == expected


def test_an_inline_cache_is_not_exported_by_itself() -> None:
    assert not exports_cache(image(options={"cache_to": ["type=inline"]}), "")
    assert exports_cache(image(options={"cache_to": ["type=registry,ref=a"]}), "")
    assert exports_cache(image(), "type=gha,scope=web")
