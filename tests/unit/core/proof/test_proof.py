"""The proof catches every damage outside of the pinned places: results are spoiled, one way after the other."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from golden.goldens import CASES, GIT_SHA, HERE, SETTINGS, difference, outcome, read

from ci.core.proof.proof import DIFFERS, prove
from ci.core.targets import Targets
from ci.core.yaml.document import Document
from ci.core.yaml.parse import read as read_yaml
from ci.errors import ConfigurationError

TAG = f"sha-{GIT_SHA}"
OWN = "registry.example/o/shop"
SOURCE = """\
# A product.
x-app: &app
  restart: always
  build: ./web
x-number: &number 012
services:
  web: # the first
    <<: *app
    # Why it listens.
    ports: ["80:80", "443:443"]
    labels:
      number: *number
      quoted: "012"
      plain: yes
    environment: &environment
      A: "1"
      B:
  worker:
    # Where it comes from.
    build:
      context: ./worker # here
      # deeper

    # Beside.
    image: 'worker:1'
    environment:
      <<: *environment
      C: "3"
    env_file: .env
    x-omnistrate-capabilities:
      sidecars:
        helper: {imageNameWithTag: helper:1, command: [a, b]}
        foreign: {imageNameWithTag: foreign:1}
  db:
    image: postgres:16 # theirs
    command: |
      run

      fast
    depends_on: [web, worker]
    list:
    - one
    - two
volumes:
  data:
  more: {}
"""
PINNED = f"""\
# A product.
x-app: &app
  restart: always
  image: {OWN}-web:{TAG}
x-number: &number 012
services:
  web: # the first
    <<: *app
    # Why it listens.
    ports: ["80:80", "443:443"]
    labels:
      number: *number
      quoted: "012"
      plain: yes
    environment: &environment
      A: "1"
      B:
  worker:

    # Beside.
    image: '{OWN}-worker:{TAG}'
    environment:
      <<: *environment
      C: "3"
      D: "4"
    x-omnistrate-capabilities:
      sidecars:
        helper: {{imageNameWithTag: {OWN}-web:{TAG}, command: [a, b]}}
        foreign: {{imageNameWithTag: foreign:1}}
  db:
    image: postgres:16 # theirs
    command: |
      run

      fast
    depends_on: [web, worker]
    list:
    - one
    - two
volumes:
  data:
  more: {{}}
"""
TARGETS = Targets(
    images={"web": f"{OWN}-web:{TAG}", "worker": f"{OWN}-worker:{TAG}"},
    sidecars={"helper": f"{OWN}-web:{TAG}"},
    environment={"worker": {"A": "other", "D": "4"}},
    repositories=frozenset({f"{OWN}-web", f"{OWN}-worker"}),
    tag=TAG,
)


def proven(result: str, source: str = SOURCE, targets: Targets = TARGETS) -> bool:
    try:
        prove(read_yaml(source, "compose.yaml"), result, targets)
    except ConfigurationError:
        return False
    return True


def test_a_true_result_is_proven() -> None:
    assert proven(PINNED)


class Damage(NamedTuple):
    """One text of the true result, and what it became."""

    old: str
    new: str


DAMAGES = {
    "a scalar changed": Damage("postgres:16", "postgres:17"),
    "a scalar lost its quotes": Damage('quoted: "012"', "quoted: 012"),
    "a scalar got quotes": Damage("plain: yes", 'plain: "yes"'),
    "an octal became its number": Damage("&number 012", "&number 10"),
    "quotes of another kind": Damage('A: "1"', "A: '1'"),
    "null became empty": Damage("      B:\n", '      B: ""\n'),
    "null became an empty mapping": Damage("  data:\n", "  data: {}\n"),
    "an empty mapping became null": Damage("  more: {}\n", "  more:\n"),
    "a tag appeared": Damage("plain: yes", "plain: !!str yes"),
    "a key is gone": Damage("  data:\n", ""),
    "a key is new": Damage("  data:\n", "  data:\n  new:\n"),
    "a key has another name": Damage("  data:\n", "  date:\n"),
    "two keys changed places": Damage("  data:\n  more: {}\n", "  more: {}\n  data:\n"),
    "a list item is gone": Damage("    - two\n", ""),
    "a list item is new": Damage("    - two\n", "    - two\n    - two\n"),
    "two list items changed places": Damage("    - one\n    - two\n", "    - two\n    - one\n"),
    "an item of a flow list is gone": Damage('"80:80", "443:443"', '"80:80"'),
    "a dependency is gone": Damage("[web, worker]", "[web]"),
    "an anchor is gone": Damage("&environment\n", "\n"),
    "an anchor has another name": Damage("x-app: &app", "x-app: &app &app2"),
    "an alias was written out": Damage("number: *number", "number: 012"),
    "an alias stands for another": Damage("number: *number", "number: *environment"),
    "a merge is gone": Damage("      <<: *environment\n", ""),
    "a merge of another": Damage("      <<: *environment\n", "      <<: *app\n"),
    "a key twice": Damage("  data:\n", "  data:\n  data:\n"),
    "a service twice": Damage("volumes:\n", "  db:\n    image: x\nvolumes:\n"),
    "a service is gone": Damage(
        "    depends_on: [web, worker]\n", "    depends_on: [web, worker]\n  new: {image: x}\n"
    ),
    "a top-level key is gone": Damage("volumes:\n  data:\n  more: {}\n", ""),
    "a top-level key is new": Damage("volumes:\n", "networks: {}\nvolumes:\n"),
    "a build is left": Damage(f"  image: {OWN}-web:{TAG}", f"  build: ./web\n  image: {OWN}-web:{TAG}"),
    "a build is new": Damage("    image: postgres:16", "    build: .\n    image: postgres:16"),
    "an env_file is left": Damage("    x-omni", "    env_file: .env\n    x-omni"),
    "an image is gone": Damage(f"    image: '{OWN}-worker:{TAG}'\n", ""),
    "an image with another tag": Damage(f"'{OWN}-worker:{TAG}'", f"'{OWN}-worker:latest'"),
    "an image of another commit": Damage(f"'{OWN}-worker:{TAG}'", f"'{OWN}-worker:{TAG[:-1]}0'"),
    "another service's image": Damage(f"'{OWN}-worker:{TAG}'", f"'{OWN}-web:{TAG}'"),
    "an image in other quotes": Damage(f"'{OWN}-worker:{TAG}'", f'"{OWN}-worker:{TAG}"'),
    "an own image for a stock one": Damage("postgres:16 # theirs", f"{OWN}-web:{TAG} # theirs"),
    "a sidecar is left": Damage(f"imageNameWithTag: {OWN}-web:{TAG}", "imageNameWithTag: helper:1"),
    "a sidecar of another image": Damage(f"imageNameWithTag: {OWN}-web:{TAG}", f"imageNameWithTag: {OWN}-worker:{TAG}"),
    "a foreign sidecar was pinned": Damage("imageNameWithTag: foreign:1", f"imageNameWithTag: {OWN}-web:{TAG}"),
    "a sidecar's command": Damage("command: [a, b]", "command: [b, a]"),
    "a variable is gone": Damage('      D: "4"\n', ""),
    "a variable is new": Damage('      D: "4"\n', '      D: "4"\n      E: "5"\n'),
    "a variable has another value": Damage('D: "4"', 'D: "5"'),
    "a variable of the env file won": Damage('      C: "3"\n', '      A: "other"\n      C: "3"\n'),
    "an explicit variable changed": Damage('C: "3"', 'C: "4"'),
    "a comment changed": Damage("# A product.", "# A project."),
    "a comment is gone": Damage("    # Why it listens.\n", ""),
    "a comment beside is gone": Damage(" # theirs", ""),
    "a comment beside a key is gone": Damage(" # the first", ""),
    "a comment that does not belong to the build is gone": Damage("    # Beside.\n", ""),
    "a comment is new": Damage("    # Beside.\n", "    # Beside.\n    # And more.\n"),
    "a comment is new where the build stood": Damage("  worker:\n", "  worker:\n    # New.\n"),
    "a blank line is new": Damage("volumes:\n", "\nvolumes:\n"),
    "a blank line in a text is gone": Damage("run\n\n", "run\n"),
    "a line end changed": Damage("    - one\n", "    - one\r\n"),
    "all line ends changed": Damage("\n", "\r\n"),
    "a byte order mark": Damage("# A product.", "\ufeff# A product."),
    "no newline at the end": Damage("  more: {}\n", "  more: {}"),
    "a space at a line's end": Damage("  data:\n", "  data: \n"),
    "another indentation": Damage("  data:\n  more: {}\n", "   data:\n   more: {}\n"),
    "another style of a list": Damage("    list:\n    - one\n    - two\n", "    list: [one, two]\n"),
    "another style of a text": Damage("|\n      run\n\n      fast", '"run\\n\\nfast\\n"'),
    "a second document": Damage("volumes:\n", "---\nvolumes:\n"),
    "no YAML": Damage("volumes:\n", "volumes: [\n"),
    "nothing": Damage(PINNED, ""),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_each_kind_of_damage_is_caught(name: str) -> None:
    old, new = DAMAGES[name]
    assert old in PINNED
    assert not proven(PINNED.replace(old, new))


def test_two_services_with_each_others_images_are_caught() -> None:
    swapped = PINNED.replace(f"{OWN}-worker", "@").replace(f"{OWN}-web", f"{OWN}-worker").replace("@", f"{OWN}-web")
    assert not proven(swapped)


def test_a_service_that_is_gone_is_caught() -> None:
    start, end = PINNED.index("  db:"), PINNED.index("volumes:")
    assert not proven(PINNED[:start] + PINNED[end:])


def test_services_in_another_order_are_caught() -> None:
    start, middle, end = (PINNED.index(text) for text in ("  worker:", "  db:", "volumes:"))
    assert not proven(PINNED[:start] + PINNED[middle:end] + PINNED[start:middle] + PINNED[end:])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  worker:\n\n", "  worker:\n"),  # a blank line beside what was removed
        ("  worker:\n\n", "  worker:\n    # Where it comes from.\n\n"),  # a comment of it
    ],
)
def test_what_is_deliberately_equal(old: str, new: str) -> None:
    assert old in PINNED
    assert proven(PINNED.replace(old, new))


def test_a_difference_is_told_with_its_place() -> None:
    with pytest.raises(ConfigurationError) as caught:
        prove(read_yaml(SOURCE, "compose.yaml"), PINNED.replace("postgres:16", "postgres:17"), TARGETS)
    line = SOURCE[: SOURCE.index("postgres:16")].count("\n") + 1
    assert [(problem.what, problem.value) for problem in caught.value.problems] == [
        (DIFFERS, "services.db.image is another"),
        (DIFFERS, f"line {line} is another than its source: image: postgres:16 # theirs"),
    ]


def test_what_aliases_outside_of_services_mean_is_asked() -> None:
    source = "x-i: &i shop:1\nservices:\n  a: {build: ., image: *i}\nconfigs: {c: {content: *i}}\n"
    expected = f"x-i: &i shop:1\nservices:\n  a: {{image: {OWN}-web:{TAG}}}\nconfigs: {{c: {{content: *i}}}}\n"
    wrong = f"x-i: &i {OWN}-web:{TAG}\nservices:\n  a: {{image: *i}}\nconfigs: {{c: {{content: *i}}}}\n"
    targets = Targets({"a": f"{OWN}-web:{TAG}"}, {}, {}, TARGETS.repositories, TAG)
    assert proven(expected, source, targets)
    assert not proven(wrong, source, targets)
    assert not proven(wrong, source.replace("shop:1", f"{OWN}-web:old"), targets)


def spoiled(text: str) -> Iterator[str]:
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
def test_no_line_of_any_golden_result_can_be_spoiled_unseen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Targets] = []

    def remembered(document: Document, result: str, targets: Targets) -> None:
        prove(document, result, targets)
        asked.append(targets)

    monkeypatch.setattr("ci.core.proof.proof.prove", remembered)
    source = read(HERE / f"cases/{name}.yaml")
    result, pinned = outcome(source, SETTINGS.get(name, {}))
    if not pinned:
        return
    unseen = ""
    for text in spoiled(result):
        if not same(text, result, source) and proven(text, source, asked[0]):
            unseen += difference(result, text, name)
    assert not unseen


def same(text: str, result: str, source: str) -> bool:
    """Whether two results are deliberately equal: but for blank lines, and for the place of a variable that is new."""
    one, other = ([x for x in re.split("\r\n|[\n\r\x85\u2028\u2029]", t) if x.strip()] for t in (text, result))
    moved = [line for line, there in zip(one, other, strict=False) if line != there]
    variables = all(re.match(r"""\s*(- "|[A-Z_]+:)""", line) for line in moved)
    return one == other or ("env_file" in source and variables and sorted(one) == sorted(other))
