"""What omctl makes of source and result: every difference is refused, whatever made the result."""

import pytest

from ci.core.proof.omctl_reading import Given
from ci.core.proof.proof import prove
from ci.core.targets import Targets
from ci.core.yaml.events import listing
from ci.core.yaml.parse import read
from ci.errors import ConfigurationError, Problem

FILES = {"db.yaml": "db:\n  image: postgres:16\n  # of ${OMCTL_A}\n", "other.yaml": "x"}
VARIABLES = {"A": "1", "B": "b", "ON": "yes"}
WRITTEN = """\
# env_file: here
services:
  {{ $file:db.yaml }}
  web:
    user: ${A}
    labels: &l ['${B}', "x${B}"]
    image: web:${NONE:-2}
    environment: [A, C=c]
    init: ${ON}
    deploy: {resources: {limits: {cpus: 0.5}}}
    privileged: 'false'
"""
FILLED = """\
# env_file : here
services:
  db:
    image: postgres:16
    # of ${OMCTL_A}

  web:
    user: "1"
    labels: &l ['b', "xb"]
    image: web:2
    environment: ["A=1", C=c]
    init: true
    deploy: {resources: {limits: {cpus: "0.5"}}}
    privileged: false
"""
TEMPLATE = ("  db:\n    image: postgres:16\n    # of ${OMCTL_A}\n\n", "  {{ $file:db.yaml }}\n")
RESULT = FILLED.replace(*TEMPLATE)
NOTHING = Targets({}, {}, {}, frozenset(), "sha-1")


def problems(filled: str = FILLED, result: str = RESULT, written: str = WRITTEN) -> tuple[Problem, ...]:
    """What the proof finds where `filled` is said to be what omctl makes of the file, and `result` its pinned text."""
    try:
        prove(filled, "c.yaml", result, NOTHING, listing(read(filled, "c.yaml")), Given(written, FILES, VARIABLES))
    except ConfigurationError as error:
        return error.problems
    return ()


def test_a_result_that_means_the_same_to_omctl_is_proven() -> None:
    assert not problems()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"1"', "${A}"),
        ('"1"', '"2"'),
        ('"1"', "1"),
        ("'b'", "'${B}'"),
        ("&l ['b'", "['b'"),
        ('"xb"', '"x"'),
        ("web:2", "web:${NONE:-2}"),
        ('"A=1"', "A"),
        ('"A=1"', '"A=2"'),
        ("init: true", 'init: "true"'),
        ("init: true", "init: yes"),
        ('cpus: "0.5"', "cpus: 0.5"),
        ("privileged: false", "privileged: 'false'"),
        ("# env_file : here", "# env_file  : here"),
        ("# env_file : here", "# here"),
        ("C=c", "C=d"),
        ("services:", "services: # new"),
        ("    deploy", "    restart: always\n    deploy"),
    ],
)
def test_what_is_filled_in_must_be_what_omctl_makes_of_it(old: str, new: str) -> None:
    assert old in FILLED
    found = problems(FILLED.replace(old, new), RESULT.replace(old, new))
    assert any(one.what == "omctl would make something else of the pinned file than of its source" for one in found)


def test_what_is_filled_in_without_docker_is_refused() -> None:
    written = WRITTEN.replace("# env_file: here", "# env_file : here")
    assert any("embedded is another" in one.value for one in problems(written=written))
    as_it_is = FILLED.split("  web:", maxsplit=1)[0] + "  web:" + written.split("  web:")[1]
    assert not problems(as_it_is, as_it_is.replace(*TEMPLATE), written)


def test_a_template_must_be_the_source_s() -> None:
    assert any("is new" in one.value for one in problems(result=RESULT.replace("  {{ $file:db", "  {{  $file:db")))


def test_text_that_is_embedded_no_more_must_not_have_a_variable_that_omctl_replaces() -> None:
    (found,) = problems(result=FILLED)
    assert "${OMCTL_A}" in found.value


def test_the_text_env_file_is_left_nowhere() -> None:
    filled = FILLED.replace("# env_file : here", "# env_file: here")
    assert any("`env_file:` would be left" in one.what for one in problems(filled, filled.replace(*TEMPLATE)))
