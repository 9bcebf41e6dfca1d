"""The proof refuses a flat file in which any line is lost or another, and any rule of the edit that is broken."""

from collections.abc import Callable
from typing import Any

import pytest
from flat_cases import CASES, MAIN

from ci.core.flatten import flatten as edit
from ci.core.flatten import merge, rebase, unique
from ci.core.proof.flat import prove_flat
from ci.errors import ConfigurationError

VARIABLES: Callable[..., dict[str, str]] = lambda *_: {}  # noqa: E731 - no variables
DAMAGED = ["of a chain", "a mapping over a mapping", "networks as a mapping", "include of an include", "three files"]


def is_refused(files: dict[str, str], text: str) -> bool:
    try:
        prove_flat(files, MAIN, text, VARIABLES, {})
    except ConfigurationError:
        return True
    return False


@pytest.mark.parametrize("name", DAMAGED)
def test_a_line_that_is_lost_or_another_is_refused(name: str) -> None:
    files = CASES[name]
    flat = edit.flatten(files, MAIN, VARIABLES)
    assert flat is not None
    lines = flat.text.splitlines(keepends=True)
    passed = []
    for number, line in enumerate(lines):
        if line.strip() and not line.strip().startswith(("# from", "# merged")):
            without = [*lines[:number], *lines[number + 1 :]]
            other = [*lines[:number], line.replace("\n", "x\n"), *lines[number + 1 :]]
            passed += [line for text in (without, other) if not is_refused(files, "".join(text))]
    assert passed == []


def test_a_service_too_many_a_rest_and_a_changed_comment_are_refused() -> None:
    files = {MAIN: "# top\n" + CASES["three files"][MAIN], **CASES["three files"]} | {
        MAIN: "# top\n" + CASES["three files"][MAIN]
    }
    flat = edit.flatten(files, MAIN, VARIABLES)
    assert flat is not None
    assert not is_refused(files, flat.text)
    assert is_refused(files, flat.text + "  more:\n    image: x\n")
    assert is_refused(files, flat.text + "include: [x.yaml]\n")
    assert is_refused(files, flat.text.replace("# top", "# bottom"))
    assert is_refused(files, files[MAIN])


def _first(base: Any, own: Any, path: Any) -> Any:
    del own, path
    return base


BROKEN: dict[str, tuple[Any, str, Any, str]] = {
    "the base wins": (merge, "_own", _first, "a command"),
    "variables of the base are lost": (merge, "_variables", merge._own, "a mapping over a mapping"),
    "env files of the base are lost": (merge, "_list", merge._own, "an env file"),
    "hosts of the base are lost": (merge, "_hosts", _first, "hosts"),
    "nothing is unique": (merge, "UNIQUE", {}, "a volume of the same target"),
    "paths stay": (rebase.Rebase, "service", lambda _, service: service, "three files"),
    "another folder": (rebase, "relative", lambda path, _: f"./{path}x", "three files"),
    "any port is the same": (unique, "_range", lambda _: ["1"], "another port"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_of_the_edit_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, what, broken, case = BROKEN[name]
    rules = {"_own": "command", "_variables": "environment", "_hosts": "extra_hosts", "_list": "env_file"}
    if what in rules:
        monkeypatch.setattr(merge, "_RULES", {**merge._RULES, (*merge.SERVICE, rules[what]): broken})
    else:
        monkeypatch.setattr(where, what, broken)
    with pytest.raises(ConfigurationError, match="would differ from its source"):
        edit.flatten(CASES[case], MAIN, VARIABLES)
