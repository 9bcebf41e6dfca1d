"""The whole proof: a true result is proven, and damage of any line of any golden result is caught."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

import pytest
from golden.goldens import CASES, HERE, SETTINGS, difference, outcome, read
from proven import OWN, PINNED, SOURCE, TAG, TARGETS, Damage, is_caught, is_proven, problems, targets_of

from ci.core.events import Event
from ci.core.proof.omctl_reading import Given
from ci.core.proof.proof import prove
from ci.core.targets import Targets
from ci.errors import ConfigurationError


def test_a_true_result_is_proven() -> None:
    assert is_proven(PINNED)


DAMAGES = {
    "no YAML": Damage("volumes:\n", "volumes: [\n"),
    "nothing": Damage(PINNED, ""),
    "a second document": Damage("volumes:\n", "---\nvolumes:\n"),
    "a key twice": Damage("  data:\n", "  data:\n  data:\n"),
    "a service twice": Damage("volumes:\n", "  db:\n    image: x\nvolumes:\n"),
    "a top-level key is gone": Damage("volumes:\n  data:\n  more: {}\n", ""),
    "a top-level key is new": Damage("volumes:\n", "networks: {}\nvolumes:\n"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_of_the_whole_file_is_caught(name: str) -> None:
    assert is_caught(DAMAGES[name])


def test_a_result_that_cannot_be_read_is_refused_with_its_place_in_the_result() -> None:
    (problem,) = problems(PINNED.replace("volumes:\n", "volumes: ]\n"))
    line = PINNED[: PINNED.index("volumes:")].count("\n") + 1
    assert (problem.file, problem.line) == ("compose.yaml (pinned)", line)
    assert problem.what.startswith("ruamel.yaml does not read this")
    assert "Slipway's maintainers" in problem.hint


def test_aliases_outside_of_services_mean_what_they_meant() -> None:
    source = "x-i: &i shop:1\nservices:\n  a: {build: ., image: *i}\nconfigs: {c: {content: *i}}\n"
    expected = f"x-i: &i shop:1\nservices:\n  a: {{image: {OWN}-web:{TAG}}}\nconfigs: {{c: {{content: *i}}}}\n"
    wrong = f"x-i: &i {OWN}-web:{TAG}\nservices:\n  a: {{image: *i}}\nconfigs: {{c: {{content: *i}}}}\n"
    targets = targets_of(a="web")
    assert is_proven(expected, source, targets)
    assert not is_proven(wrong, source, targets)
    assert not is_proven(wrong, source.replace("shop:1", f"{OWN}-web:old"), targets)


def test_advice_about_anchors_is_given_where_there_is_one() -> None:
    without = problems(PINNED.replace("postgres:16", "postgres:17"))
    with_anchor = problems(PINNED.replace("number: *number", "number: 012"))
    assert [one.hint for one in without if "anchor" in one.hint] == []
    assert [one.hint for one in with_anchor if "anchor" in one.hint] != []
    assert all("report it to Slipway's maintainers" in one.hint for one in (*without, *with_anchor))


def damaged(text: str) -> Iterator[str]:
    """A text with each of its lines lost, doubled, changed, and exchanged with the next."""
    lines = re.findall(r".*?(?:\r\n|\n|\r)|.+$", text)
    for at, line in enumerate(lines):
        before, after = "".join(lines[:at]), "".join(lines[at + 1 :])
        yield before + after
        yield before + line + line + after
        if word := re.search(r"[A-Za-z0-9]+", line):
            yield f"{before}{line[: word.start()]}{word.group()}z{line[word.end() :]}{after}"
        if at + 1 < len(lines):
            yield before + lines[at + 1] + line + "".join(lines[at + 2 :])
        yield before + line.rstrip("\r\n") + " #\n" + after


@pytest.mark.parametrize("name", CASES)
def test_no_line_of_any_golden_result_can_be_damaged_unseen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    proven: list[tuple[str, Targets, Sequence[Event], Given | None]] = []

    def remember(  # noqa: PLR0917 - as it is called
        source: str, file: str, result: str, targets: Targets, listing: Sequence[Event], given: Given | None
    ) -> None:
        prove(source, file, result, targets, listing, given)
        proven.append((source, targets, listing, given))

    monkeypatch.setattr("ci.core.proof.proof.prove", remember)
    source = read(HERE / f"cases/{name}.yaml")
    result, is_pinned = outcome(source, SETTINGS.get(name, {}))
    if not is_pinned:
        return
    unseen = ""
    for text in damaged(result):
        if is_equal(text, result, proven[0][0]):
            continue
        with suppress(ConfigurationError):
            prove(proven[0][0], "compose.yaml", text, *proven[0][1:])
            unseen += difference(result, text, name)
    assert not unseen


def is_equal(text: str, result: str, source: str) -> bool:
    """Whether two results count as equal: but for the order of new variables, and for white space in flow style."""
    if text == result:
        return True
    one, other = (re.split("\r\n|[\n\r\x85\u2028\u2029]", part) for part in (text, result))
    moved = [line for line, there in zip(one, other, strict=False) if line != there]
    is_variables = all(re.match(r"""\s*(- "|[A-Z_]+:)""", line) for line in moved)
    is_flow = [line for line in one if line.strip()] == [line for line in other if line.strip()] and "{\n" in source
    return is_flow or ("env_file" in source and is_variables and sorted(one) == sorted(other))


def test_the_source_and_the_targets_are_not_changed_by_a_proof() -> None:
    before = (SOURCE, repr(TARGETS))
    problems(PINNED)
    assert (SOURCE, repr(TARGETS)) == before
