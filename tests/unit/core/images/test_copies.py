"""What the instructions of a Dockerfile take from the build context."""

import pytest

from ci.core.images.copies import copied, mounted


@pytest.mark.parametrize(
    ("value", "sources"),
    [
        ("a /x", ["a"]),
        ("a b /x/", ["a", "b"]),
        ("--chown=1:1 --link ./a /x", ["./a"]),
        ('["two words", "/x"]', ["two words"]),
        ("two\\ words /x", ["two words"]),
        ("it's /x", ["it's"]),
        ("--from=build a /x", []),
        ("--chown=1:1 --from=build a /x", []),
        ("https://code.example/x.tar.gz git@code.example:o/r.git a /x", ["a"]),
        ("<<EOF /x", []),
    ],
)
def test_the_sources_of_a_copy(value: str, sources: list[str]) -> None:
    assert copied(value) == sources


@pytest.mark.parametrize(
    ("value", "paths"),
    [
        ("--mount=type=bind,source=a,target=/a cat /a", ["a"]),
        ("--mount=src=a,dst=/a cat /a", ["a"]),
        ("--mount=type=bind,target=/src make", ["."]),
        ("--mount=type=cache,target=/c --mount=type=secret,id=t make", []),
        ("--mount=type=bind,from=build,source=/d,target=/d make", []),
        ("make", []),
    ],
)
def test_the_bind_mounts_of_a_run(value: str, paths: list[str]) -> None:
    assert mounted(value) == paths
