"""The keys of a `build` that say how it is built."""

from typing import Any

import pytest

from ci.core.compose.build_options import BuildOptions, read_options, used_options
from ci.core.compose.parse import parse


def options(text: str, **variables: str) -> BuildOptions:
    found = parse(f"services:\n  web:\n    build: {{{text}}}\n", "compose.yaml", variables).services[0].build
    assert found is not None
    return found.options


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("context: .", {}),
        ("additional_contexts: {shared: ../lib}", {"contexts": (("shared", "../lib"),)}),
        (
            "additional_contexts: ['a=docker-image://alpine:3', b=https://code.example/r.git]",
            {"contexts": (("a", "docker-image://alpine:3"), ("b", "https://code.example/r.git"))},
        ),
        ("network: none", {"network": "none"}),
        ("network: default", {}),
        ("extra_hosts: ['a:10.0.0.1', 'b=10.0.0.2']", {"hosts": (("a", "10.0.0.1"), ("b", "10.0.0.2"))}),
        ("extra_hosts: {a: 10.0.0.1, b: ['::1', '::2']}", {"hosts": (("a", "10.0.0.1"), ("b", "::1"), ("b", "::2"))}),
        ("extra_hosts: ['a=[::1]']", {"hosts": (("a", "::1"),)}),
        ("shm_size: 128m", {"shm_bytes": 134217728}),
        ("shm_size: 2gb", {"shm_bytes": 2147483648}),
        ("shm_size: 1000", {"shm_bytes": 1000}),
        ("shm_size: 1000b", {"shm_bytes": 1000}),
        ("ulimits: {nproc: 10, nofile: {soft: 1, hard: -1}}", {"ulimits": (("nproc", "10:10"), ("nofile", "1:-1"))}),
        ("platforms: [linux/amd64, linux/arm64]", {"platforms": ("linux/amd64", "linux/arm64")}),
        ("cache_from: [r.example/a, 'type=gha']", {"cache_from": ("type=registry,ref=r.example/a", "type=gha")}),
        ("cache_to: [type=inline]", {"cache_to": ("type=inline",)}),
        ("no_cache: true", {"no_cache": True}),
        ("no_cache: false, pull: true, tags: [a], privileged: false, isolation: default, provenance: false", {}),
        ("no_cache_filter: stage", {"no_cache_stages": ("stage",)}),
        ("entitlements: [network.host], network: host", {"network": "host"}),
    ],
)
def test_each_key_in_each_of_its_forms(text: str, expected: dict[str, Any]) -> None:  # Any: fields of the options
    assert options(text) == BuildOptions(**expected)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("additional_contexts: {base: 'service:api'}", "additional_contexts"),
        ("additional_contexts: ['base=oci-layout://x']", "additional_contexts"),
        ("additional_contexts: [nothing]", "additional_contexts"),
        ("network: my-net", "network"),
        ("extra_hosts: ['a:host-gateway']", "extra_hosts"),
        ("shm_size: much", "shm_size"),
        ("ulimits: {nofile: {soft: 1}}", "ulimits"),
        ("cache_from: ['type=local,src=x']", "cache_from"),
        ("cache_to: ['type=s3,bucket=x']", "cache_to"),
        ("privileged: true", "privileged"),
        ("entitlements: [security.insecure]", "entitlements"),
        ("provenance: mode=max", "provenance"),
        ("sbom: true", "sbom"),
        ("isolation: hyperv", "isolation"),
    ],
)
def test_what_is_not_supported_is_named_with_what_would_be(text: str, key: str) -> None:
    ((name, expected),) = options(text).refused
    assert name == key
    assert expected


def test_variables_in_them_are_replaced() -> None:
    found = parse(
        "services:\n  web:\n    build: {additional_contexts: {a: './$A'}, cache_from: ['$B']}\n", "c.yaml", {"A": "x"}
    )
    build = found.services[0].build
    assert build
    assert build.options.contexts == (("a", "./x"),)
    assert build.unresolved == ("B",)


def test_the_engine_s_own_build_knows_nothing_of_what_changes_the_image() -> None:
    assert used_options(read_options({"platforms": ["linux/arm64"], "no_cache": "true"})) == []
    keys = {"additional_contexts": ["a=b"], "network": "none", "extra_hosts": ["a=1.1.1.1"], "shm_size": "1m"}
    many = {**keys, "ulimits": {"nofile": "1"}, "platforms": ["linux/amd64", "linux/arm64"]}
    assert used_options(read_options(many)) == [*keys, "ulimits", "platforms"]
