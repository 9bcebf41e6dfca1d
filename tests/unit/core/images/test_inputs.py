"""The inputs of an image as one hash."""

from dataclasses import replace
from typing import Any

import pytest

from ci.core.images.contexts import Contexts
from ci.core.images.inputs import Inputs, inputs_of
from ci.core.images.recipe import Recipe
from ci.core.images.tree import Entry, EntryKind

DIGEST = f"sha256:{'1' * 64}"
TREE = {
    "VERSION": Entry(EntryKind.FILE, "v1"),
    "app/a": Entry(EntryKind.FILE, "a1"),
    "docs/d": Entry(EntryKind.FILE, "d1"),
}
RECIPE = Recipe(
    dockerfile="Dockerfile",
    text="FROM base\nCOPY app /\n",
    context=".",
    ignore="",
    paths=("app",),
    images=("base",),
    folders={"docs": "docs"},
    arguments=(("A", "1"),),
    labels=(("l", "1"),),
    options=(("network", '"host"'),),
    platform="linux/amd64",
)


def inputs(tree: dict[str, Entry] | None = None, digest: str = DIGEST, **changed: Any) -> Inputs:  # Any: see Recipe
    return inputs_of(replace(RECIPE, **changed), Contexts(TREE | (tree or {})), {"base": digest} if digest else {})


@pytest.mark.parametrize(
    "changed",
    [
        {"tree": {"app/a": Entry(EntryKind.FILE, "a2")}},
        {"tree": {"app/a": Entry(EntryKind.EXECUTABLE, "a1")}},
        {"tree": {"app/a": Entry(EntryKind.LINK, "a1")}},
        {"tree": {"app/b": Entry(EntryKind.FILE, "a1")}},
        {"tree": {"docs/d": Entry(EntryKind.FILE, "d2")}},
        {"digest": f"sha256:{'2' * 64}"},
        {"text": "FROM base\nCOPY app  /\n"},
        {"dockerfile": "Dockerfile.other"},
        {"identity": "Shop: other"},
        {"arguments": (("A", "2"),)},
        {"arguments": (("B", "1"),)},
        {"labels": ()},
        {"secrets": ("token",)},
        {"ssh": ("default",)},
        {"options": ()},
        {"target": "x"},
        {"platform": "linux/arm64"},
        {"compression": "zstd"},
        {"folders": {"others": "docs"}},
    ],
)
def test_each_input_changes_the_hash(changed: dict[str, Any]) -> None:
    assert inputs(**changed).hash != inputs().hash


@pytest.mark.parametrize(
    "changed",
    [
        {"tree": {"VERSION": Entry(EntryKind.FILE, "v2")}},
        {"ignore": "VERSION\n"},
        {"notes": ("a note",)},
        {"masked": frozenset({"A"})},
    ],
)
def test_what_is_no_input_does_not(changed: dict[str, Any]) -> None:
    assert inputs(**changed).hash == inputs().hash


def test_the_hash_of_a_rule_stays() -> None:
    """If it changes, `RULE` must be raised: the tags in registries have the hashes of the rule before."""
    assert inputs().hash == "261794a7ae640e6ff07aafa70dd325fa6d71faf1d382851872567559e071d50c"


def test_without_the_digest_of_a_base_image_there_is_no_hash() -> None:
    found = inputs(digest="")
    assert (found.hash, found.unknown) == ("", ("the digest of the base image base is not known",))
    assert inputs(unknown=("it may change",)).hash == ""
