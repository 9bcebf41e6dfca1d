from collections.abc import Mapping

import pytest
from flat_cases import CASES, MAIN, extending, including

from ci.core.flatten.flatten import Flat, flatten, other_files
from ci.errors import ConfigurationError


def flat_of(files: Mapping[str, str], main: str = MAIN) -> Flat:
    flat = flatten(files, main, lambda *_: {})
    assert flat is not None
    return flat


def refusal(files: Mapping[str, str]) -> str:
    with pytest.raises(ConfigurationError) as raised:
        flatten(files, MAIN, lambda *_: {})
    return str(raised.value)


@pytest.mark.parametrize("name", CASES)
def test_each_case_is_written_into_one_file_and_proven(name: str) -> None:
    assert flatten({MAIN: flat_of(CASES[name]).text}, MAIN, lambda *_: {}) is None


@pytest.mark.parametrize("text", ["services:\n  web:\n    extends: file\n", "x: include\n", "# extends a file\nx: y\n"])
def test_a_file_that_needs_no_other_one_is_left_alone(text: str) -> None:
    assert flatten({MAIN: text}, MAIN, lambda *_: {}) is None


def test_the_text_of_the_file_stays_and_what_is_added_says_where_it_is_from() -> None:
    own = "# above\nenvironment:\n  # inside\n  A: own   # beside\n\n# below"
    lines = flat_of(extending(own)).text.splitlines()
    assert lines[2] == "    # from service `app` of common/base.yaml"
    start = lines.index("    # above")
    assert lines[start : start + 8] == [
        "    # above",
        "    environment:",
        "      # inside",
        "      # from service `app` of common/base.yaml",
        "      B: two",
        "      C: 1.10",
        "      A: own   # beside",
        "",
    ]
    assert "    # below" in lines


def test_each_line_knows_its_file_and_the_line_that_brought_it_in() -> None:
    flat = flat_of(extending("hostname: x"))
    origins = dict(zip(flat.text.split("\n"), flat.origins, strict=True))
    assert origins["    image: app"] == ("common/base.yaml", 3, 3)
    assert origins["    hostname: x"] == (MAIN, 6, 6)
    assert origins["  named:"] == (MAIN, 10, 10)


def test_paths_start_at_the_folder_of_the_compose_file() -> None:
    files = {
        "deploy/compose.yaml": "services:\n  web:\n    extends: {file: ../common/base.yaml, service: app}\n",
        "common/base.yaml": "services:\n  app:\n    build: ../app\n    env_file: base.env\n    volumes: ['./d:/d']\n",
        "common/base.env": "",
    }
    text = flat_of(files, "deploy/compose.yaml").text
    assert "build: ../app" in text
    assert "env_file: ../common/base.env" in text
    assert "- ../common/d:/d" in text


def test_all_files_are_named_level_by_level() -> None:
    texts = dict(CASES["three files"])
    inner = texts.pop("2/c.yaml")
    middle = texts.pop("1/b.yaml")
    assert other_files(texts, MAIN) == {"1/b.yaml"}
    texts["1/b.yaml"] = middle
    assert other_files(texts, MAIN) == {"1/b.yaml", "2/c.yaml"}
    texts["2/c.yaml"] = inner
    assert other_files(texts, MAIN) == {"1/b.yaml", "2/c.yaml"}


def test_the_env_files_of_includes_are_named() -> None:
    assert other_files(including("a/a.yaml"), MAIN) == {"a/a.yaml", "a/.env"}
    named = including("path: a/a.yaml\n    env_file: [x.env, y.env]\n    project_directory: p")
    assert other_files(named, MAIN) == {"a/a.yaml", "x.env", "y.env"}


REFUSED = {
    "a missing file": ({MAIN: CASES["three files"][MAIN]}, "compose.yaml:3: A compose file that this one extends"),
    "a missing file below": (
        {name: text for name, text in CASES["three files"].items() if name != "2/c.yaml"},
        "1/b.yaml:3: A compose file that this one extends",
    ),
    "a remote file": (including("oci://r/x"), "is outside of the source: oci://r/x"),
    "a git repository": (including("git@github.com:a/b"), "is outside of the source"),
    "an absolute path": (including("/etc/x.yaml"), "is outside of the source"),
    "a variable without a default": (including("${X}.yaml"), "has a variable without a value: ${X}.yaml"),
    "a missing service": (extending("", "none"), "compose.yaml:4: Service `web` extends one that does not exist: none"),
    "no service": ({MAIN: "services:\n  a:\n    extends: {file: b.yaml}\n", "b.yaml": "a: 1\n"}, "no `service`"),
    "a circle of extends": (
        {
            MAIN: "services:\n  a:\n    extends: {file: b.yaml, service: b}\n",
            "b.yaml": "services:\n  b:\n    extends: {file: compose.yaml, service: a}\n",
        },
        "in a circle, or too many in a row: compose.yaml: a → b.yaml: b → compose.yaml: a",
    ),
    "a circle of includes": (
        including("a.yaml", a_yaml="include: [b.yaml]\n", b_yaml="include: [a.yaml]\n"),
        "in a circle, or too many in a row",
    ),
    "an include of itself": (including("compose.yaml"), "in a circle, or too many in a row"),
    "a name that is defined twice": (
        including("a.yaml", main="services:\n  a:\n    image: x\n", a_yaml="services:\n  a:\n    image: y\n"),
        "compose.yaml:5: `services.a` is defined twice, by an included file and by a.yaml:3",
    ),
    "a name of two included files": (
        including("a.yaml", "b.yaml", a_yaml="networks: {n: }\n", b_yaml="networks: {n: {driver: x}}\n"),
        "`networks.n` is defined twice, by an included file and by a.yaml:1",
    ),
    "an include that is no list": ({MAIN: "include: a.yaml\nservices: {}\n"}, "An entry of `include` has a form"),
    "an unknown key of an include": (including("{path: a.yaml, x: y}"), "An entry of `include` has a form"),
    "a missing env file": (
        including("{path: a.yaml, env_file: no.env}", a_yaml="services: {}\n"),
        "An env file of an `include` is not in the source, or not readable as UTF-8: no.env",
    ),
    "another form": (extending("volumes:\n  a: b"), "`web.volumes` has another form than the value of the other file"),
    "a part of a range": (extending('ports:\n  - "3001:3001"'), "A port replaces a part of a range of ports"),
    "an anchor that others share": (
        extending("environment: &e\n  A: own\nx-copy: *e"),
        "`environment` of service `web` can't be merged with what it extends: other places share it by an anchor",
    ),
    "a path that begins with a variable": (
        {MAIN: extending("")[MAIN], "common/base.yaml": "services:\n  app:\n    volumes: ['${D}/x:/x']\n"},
        "common/base.yaml:3: A path of another compose file begins with a variable",
    ),
    "an unknown tag": (
        {MAIN: extending("")[MAIN], "common/base.yaml": "services:\n  app:\n    image: !x y\n"},
        "common/base.yaml:3:12: The tag `!x` can't be written into another file",
    ),
    "a template": (
        {MAIN: extending("")[MAIN], "common/base.yaml": "services:\n  app:\n    image: {{ $file:x }}\n"},
        "A template `{{ $file:… }}` can't be written into another file",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_t_be_exact_is_refused_with_its_place(name: str) -> None:
    files, expected = REFUSED[name]
    assert expected in refusal(files)


def test_the_problems_of_all_services_are_reported_at_once() -> None:
    main = "services:\n" + "".join(f"  {one}:\n    extends: {{file: {one}.yaml, service: x}}\n" for one in "ab")
    found = refusal({MAIN: main})
    assert "a.yaml" in found
    assert "b.yaml" in found


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("/abs", "- ${D}:/x"),
        ("./rel", "- ./common/rel:/x"),
        ("../rel", "- ./rel:/x"),
        ("named", "- ${D}:/x"),
        ("{{ $secrets.d }}", "- ${D}:/x"),
    ],
)
def test_a_path_that_begins_with_a_variable_is_read_with_its_value(value: str, written: str) -> None:
    files = {MAIN: extending("")[MAIN], "common/base.yaml": "services:\n  app:\n    volumes: ['${D}:/x']\n"}
    flat = flatten(files, MAIN, lambda *_: {}, project={"D": value})
    assert flat is not None
    assert written in flat.text.replace("'", "")


def test_the_env_file_at_the_top_has_the_caller_s_own_values_and_is_not_asked_for() -> None:
    files = including("{path: a/a.yaml, env_file: .env}", a__a_yaml="services:\n  a:\n    image: x:${TAG}\n")
    assert "image: x:${TAG}" in flat_of(files).text


def test_variables_of_an_include_are_filled_in_and_others_stay() -> None:
    files = including("a/a.yaml", a__a_yaml="services:\n  a:\n    image: 'x:${TAG:-1}'\n    user: ${OTHER}\n")
    flat = flatten(files, MAIN, lambda paths, *_: {"TAG": "7"} if paths == ("a/.env",) else {})
    assert flat is not None
    assert 'image: "x:7"' in flat.text
    assert "user: ${OTHER}" in flat.text
