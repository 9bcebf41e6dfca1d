"""Generated compose files: each is pinned exactly, or refused with a message of a known kind.

Some hundreds of examples in `make test`; ten thousand with `pytest tests/properties --hypothesis-profile=nightly`.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from golden.goldens import GIT_SHA, SHOP
from hypothesis import given, note
from hypothesis import strategies as st
from properties.compose_files import Generated, files

from ci.core.product.source import Source
from ci.core.proof import parsers
from ci.core.release.plan import pinned_compose
from ci.errors import ConfigurationError

REASONS = (
    "Not readable as YAML",
    "The file is empty",
    "No services",
    "A mapping has a key twice",
    "A second YAML document begins",
    "An alias without an anchor",
    "An alias inside of its own anchor's value",
    "Nested too deep",
    "Aliases of aliases expand to too many nodes",
    "`include` is not supported",
    "Service `",
    "`build` of `",
    "`build.",
    "`image` of `",
    "`environment` of `",
    "A key of a service is an alias",
    "Too many services extend each other in a row",
    "Two images have the same name",
    "The image of service `",
    "The name of the image of service `",
    "An anchor or a merge shares this place",
    "The anchor `",
    "An own image would stay on another tag",
    "The text `env_file:` would be left",
    "Two YAML parsers read this place differently",
    "ruamel.yaml does not read this",
)
"""The first words of every message that may refuse a file. A failed proof is not among them: it would be a defect."""

PARSERS = {"all parsers": parsers.PARSERS, "pure parser": parsers.PURE_PARSERS}


class Loader(yaml.SafeLoader):
    """PyYAML's loader, which resolves aliases and merges; every scalar stays a string, with its resolved tag."""


def scalar(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> tuple[str, str]:
    return node.tag, loader.construct_scalar(node)


for tag in ("str", "int", "float", "bool", "null", "timestamp"):
    Loader.add_constructor(f"tag:yaml.org,2002:{tag}", scalar)


def load(text: str) -> Any:
    return yaml.load(text.removeprefix("\ufeff"), Loader)  # noqa: S506 - a safe loader


def key(name: str) -> tuple[str, str]:
    return "tag:yaml.org,2002:str", name


def expected(found: Generated) -> Any:
    """The data of the pinned file, as it must be: what a service builds, it and all with its `image` run."""
    data = load(found.text)
    builder = {}
    for name in found.built:
        service = data[key("services")][key(name)]
        del service[key("build")]
        builder[service.get(key("image"))] = name
        service[key("image")] = key(reference(found.built, name))
    for name, service in data[key("services")].items():
        if name[1] not in found.built and service[key("image")] in builder:
            service[key("image")] = key(reference(found.built, builder[service[key("image")]]))
    return data


def reference(built: Mapping[str, str], name: str) -> str:
    suffix = f"-{'size' if name == 'größe' else name}" if len(built) > 1 else ""
    return f"registry.example/o/shop{suffix}:sha-{GIT_SHA}"


def pin(text: str, built: Mapping[str, str]) -> str:
    """The pinned text; the settings name the images, so that no file is refused for a name."""
    settings = {name: "size" if name == "größe" else name for name in built} if len(built) > 1 else {}
    source = Source(frozenset({"compose.yaml"}), {"compose.yaml": text})
    return pinned_compose(source, SHOP.__class__(**{**vars(SHOP), "image_names": settings}), GIT_SHA).text


def pinned_or_refused(text: str, built: Mapping[str, str]) -> str:
    """The pinned text; `""` if the file is refused, where each problem must be of a known kind and have a hint."""
    try:
        pinned = pin(text, built)
    except ConfigurationError as error:
        problems, pinned = error.problems, ""
    else:
        problems = ()
    note(pinned)
    assert [str(problem) for problem in problems if not (problem.what.startswith(REASONS) and problem.hint)] == []
    return pinned


@pytest.fixture(params=PARSERS, scope="module", autouse=True)
def _proof_parsers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test runs with all parsers of the proof, and with ruamel.yaml's pure Python parser alone."""
    with patch.object(parsers, "PARSERS", PARSERS[request.param]):
        yield


@given(files())
def test_the_result_has_the_expected_data_and_pinning_it_again_changes_nothing(found: Generated) -> None:
    note(found.text)
    pinned = pinned_or_refused(found.text, found.built)
    if not pinned:
        return
    assert load(pinned) == expected(found)
    assert pin(pinned, {}) == pinned


@given(files(), st.data())
def test_a_damaged_file_is_pinned_or_refused_with_a_known_message(found: Generated, data: st.DataObject) -> None:
    text = found.text
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 3))
        put = data.draw(
            st.sampled_from(("", " ", "\n", ":", "*", "&a ", "- ", "{", "]", "#", '"', "\t", "<<: ", "build: .\n"))
        )
        text = text[:at] + put + text[at + cut :]
    note(text)
    if pinned := pinned_or_refused(text, found.built):
        assert pin(pinned, {}) == pinned
