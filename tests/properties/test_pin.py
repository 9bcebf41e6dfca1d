"""Generated compose files: each is pinned exactly, or refused with a message of a known kind.

A hundred examples in `make test`; ten thousand with `pytest tests/properties --hypothesis-profile=nightly`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from unittest.mock import patch

import pytest
from golden.goldens import GIT_SHA, SHOP
from hypothesis import given, note
from hypothesis import strategies as st
from properties import meaning
from properties.compose_files import ENV_FILES, files

from ci.core.product.source import Source
from ci.core.proof import parsers
from ci.core.release.pinned import pinned_compose
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
    "An own image would stay under its local name",
    "The env file of `",
    "The text `env_file:` would be left",
    "Two YAML parsers read this place differently",
    "ruamel.yaml does not read this",
    "The image to be pinned has a tag",
    "The `environment` with the anchor `",
)
"""The first words of every message that may refuse a file. A failed proof is not among them: it would be a defect."""

PARSERS = {"all parsers": parsers.PARSERS, "pure parser": parsers.PURE_PARSERS}


def pin(text: str, names: Mapping[str, str]) -> str:
    """The pinned text; the settings name the images, so that no file is refused for a name."""
    files_ = {"compose.yaml": text, **ENV_FILES}
    return pinned_compose(Source(frozenset(files_), files_), replace(SHOP, image_names=dict(names)), GIT_SHA).text


def pinned_or_refused(text: str, names: Mapping[str, str]) -> str:
    """The pinned text; `""` if the file is refused, where each problem must be of a known kind and have a hint."""
    try:
        pinned = pin(text, names)
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
def test_the_result_has_the_expected_data_and_pinning_it_again_changes_nothing(text: str) -> None:
    note(text)
    data = meaning.load(text)
    pinned = pinned_or_refused(text, meaning.built(data))
    if not pinned:
        return
    found = meaning.load(pinned)
    assert meaning.product(found) == meaning.product(data)
    assert not meaning.built(found)
    assert pin(pinned, {}) == pinned
    if pinned.endswith(("\n", "\r")) and not text.endswith(("\n", "\r")):
        assert meaning.load(pinned.rstrip("\r\n")) != found, "the break is a part of a block scalar's value"


@given(files(), st.data())
def test_a_damaged_file_is_pinned_or_refused_with_a_known_message(text: str, data: st.DataObject) -> None:
    names = meaning.built(meaning.load(text))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 3))
        put = data.draw(
            st.sampled_from(("", " ", "\n", ":", "*", "&a ", "- ", "{", "]", "#", '"', "\t", "<<: ", "build: .\n"))
        )
        text = text[:at] + put + text[at + cut :]
    note(text)
    if pinned := pinned_or_refused(text, names):
        assert pin(pinned, {}) == pinned
