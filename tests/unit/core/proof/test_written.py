"""The second question: how the result is written, byte for byte."""

import pytest
from proven import OWN, TAG, Damage, is_caught, is_proven, targets_of

from ci.core.targets import Targets

DAMAGES = {
    "a scalar lost its quotes": Damage('quoted: "012"', "quoted: 012"),
    "a scalar got quotes": Damage("plain: yes", 'plain: "yes"'),
    "quotes of another kind": Damage('A: "1"', "A: '1'"),
    "a tag appeared": Damage("plain: yes", "plain: !!str yes"),
    "two keys changed places": Damage("  data:\n  more: {}\n", "  more: {}\n  data:\n"),
    "an anchor is gone": Damage("&environment\n", "\n"),
    "an anchor has another name": Damage("x-app: &app", "x-app: &app &app2"),
    "an alias was written out": Damage("number: *number", "number: 012"),
    "an image in other quotes": Damage(f"'{OWN}-worker:{TAG}'", f'"{OWN}-worker:{TAG}"'),
    "an image with a tag of YAML": Damage(f"'{OWN}-worker:{TAG}'", f"!!str '{OWN}-worker:{TAG}'"),
    "a comment changed": Damage("# A product.", "# A project."),
    "a comment is gone": Damage("    # Why it listens.\n", ""),
    "a comment beside is gone": Damage(" # theirs", ""),
    "a comment beside a key is gone": Damage(" # the first", ""),
    "a comment that does not belong to the build is gone": Damage("    # Beside.\n", ""),
    "a comment of the build is left": Damage("  worker:\n\n", "  worker:\n    # Where it comes from.\n\n"),
    "a comment is new": Damage("    # Beside.\n", "    # Beside.\n    # And more.\n"),
    "a comment is new where the build stood": Damage("  worker:\n", "  worker:\n    # New.\n"),
    "a comment is new beside an added image": Damage(
        f"  image: {OWN}-web:{TAG}\n", f"  image: {OWN}-web:{TAG} # new\n"
    ),
    "a blank line is new": Damage("volumes:\n", "\nvolumes:\n"),
    "a blank line beside what was removed is gone": Damage("  worker:\n\n", "  worker:\n"),
    "a blank line in a text is gone": Damage("run\n\n", "run\n"),
    "a line end changed": Damage("    - one\n", "    - one\r\n"),
    "all line ends changed": Damage("\n", "\r\n"),
    "a byte order mark": Damage("# A product.", "\ufeff# A product."),
    "no newline at the end": Damage("  more: {}\n", "  more: {}"),
    "a space at a line's end": Damage("  data:\n", "  data: \n"),
    "another indentation": Damage("  data:\n  more: {}\n", "   data:\n   more: {}\n"),
    "another style of a list": Damage("    list:\n    - one\n    - two\n", "    list: [one, two]\n"),
    "another style of a text": Damage("|\n      run\n\n      fast", '"run\\n\\nfast\\n"'),
    "an added image in another place": Damage(
        f"  restart: always\n  image: {OWN}-web:{TAG}\n", f"  image: {OWN}-web:{TAG}\n  restart: always\n"
    ),
    "an added variable in another place": Damage(
        '      <<: *environment\n      C: "3"\n      D: "4"\n', '      <<: *environment\n      D: "4"\n      C: "3"\n'
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_another_text_is_caught(name: str) -> None:
    assert is_caught(DAMAGES[name])


def test_a_new_key_that_a_reader_could_take_for_a_boolean_is_caught() -> None:
    source = "services:\n  a:\n    image: x\n    env_file: .env\n"
    for key, proven in (("NO", False), ('"NO"', True), ("A", True), ("1", False), ('"1"', True)):
        targets = Targets({}, {}, {"a": {key.strip('"'): "x"}}, frozenset(), TAG)
        result = f'services:\n  a:\n    image: x\n    environment:\n      {key}: "x"\n'
        assert is_proven(result, source, targets) is proven, key


def test_an_emptied_mapping_is_written_as_braces() -> None:
    source = "x-a: &a\n  build: .\nservices:\n  b:\n    <<: *a\n    image: x\n"
    targets = targets_of(b="web")
    pinned = f"x-a: &a {{}}\nservices:\n  b:\n    <<: *a\n    image: {OWN}-web:{TAG}\n"
    assert is_proven(pinned, source, targets)
    assert not is_proven(pinned.replace(" {}", ""), source, targets)


def test_an_equal_text_in_another_column_is_not_equal() -> None:
    source = "services:\n  a: {build: .}\nx:\n  - a:\n      b:\n      c: d\n"
    result = f"services:\n  a: {{image: {OWN}-web:{TAG}}}\nx:\n  - a:\n     b:\n      c: d\n"
    assert not is_proven(result, source, targets_of(a="web"))


def test_a_file_that_does_not_end_with_a_newline_stays_so() -> None:
    source = "services:\n  a:\n    image: x\n    build: ."
    pinned = f"services:\n  a:\n    image: {OWN}-web:{TAG}"
    assert is_proven(pinned, source, targets_of(a="web"))
    assert not is_proven(f"{pinned}\n", source, targets_of(a="web"))
    assert not is_proven(pinned + "\n", source.replace("image: x\n    build: .", "build: ."), targets_of(a="web"))


def test_blank_lines_go_with_a_last_key_without_a_line_break() -> None:
    source = "services:\n  a:\n    image: x\n    # \n  \n    # why\n    build: ."
    pinned = f"services:\n  a:\n    image: {OWN}-web:{TAG}\n    # "
    targets = targets_of(a="web")
    assert is_proven(pinned, source, targets)
    assert not is_proven(f"{pinned}\n", source, targets)
    assert not is_proven(pinned.removesuffix(" "), source, targets)
    assert not is_proven(pinned.removesuffix("\n    # "), source, targets)


def test_the_line_break_of_a_block_scalar_stays_at_the_end() -> None:
    source = "services:\n  a:\n    image: x\n    command: |\n      b\n    build: ."
    pinned = f"services:\n  a:\n    image: {OWN}-web:{TAG}\n    command: |\n      b\n"
    assert is_proven(pinned, source, targets_of(a="web"))
    assert not is_proven(pinned.removesuffix("\n"), source, targets_of(a="web"))
    source, pinned = (text.replace("|", "|-") for text in (source, pinned))
    assert is_proven(pinned.removesuffix("\n"), source, targets_of(a="web"))
    assert not is_proven(pinned, source, targets_of(a="web"))


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("{build: ., restart: always}", "{image: @, restart: always}"),
        ("{image: x, build: .}", "{image: @}"),
        ("{image: x, build: ., }", "{image: @, }"),
        ("{image: x, build: ., init: true}", "{image: @, init: true}"),
        ("{build: ., image: x}", "{image: @}"),
        ("{\n    image: x, # why\n    build: ., # goes\n    init: true # stays\n  }",
         "{\n    image: @, # why\n    init: true # stays\n  }"),
    ],
)  # fmt: skip
def test_a_flow_collection_loses_a_key_and_one_comma(source: str, result: str) -> None:
    source, result = (f"services:\n  a: {text}\n" for text in (source, result.replace("@", f"{OWN}-web:{TAG}")))
    targets = targets_of(a="web")
    assert is_proven(result, source, targets)
    if ", }" not in source:
        assert not is_proven(result.replace("}\n", ", }\n"), source, targets)
    if "# why" in source:
        assert not is_proven(result.replace(" # why", ""), source, targets)
        assert not is_proven(result.replace(" # stays", ""), source, targets)
        assert not is_proven(result.replace("# why", "# other"), source, targets)
