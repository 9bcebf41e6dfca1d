"""The commands that the documents show are taken by the module, the plain command, and the Makefile."""

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest
from dagger_surface import parsed, surface

from ci.cli.parser import parser

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
CREDENTIALS = frozenset({"registry-token", "omnistrate-api-key"})
"""They may come from `.env`."""
_BLOCK = re.compile(r"(?ms)^( *)```(?:sh)?\n(.*?)^\1```")
_SPAN = re.compile(r"(?<!`)`((?:dagger|slipway|make) [^`]+)`(?!`)")
_TARGETS = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text()))


def commands(text: str) -> list[list[str]]:
    """The words of each command of the text's blocks, without comments and what the shell does with them."""
    found = []
    for _, block in _BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            if re.match(r" *(dagger|slipway|make|pipx|uvx) ", line):
                words = shlex.split(re.sub(r"\$\([^)]*\)", "…", line), comments=True)
                found += [part.split("\0") for part in "\0".join(words).split("\0&&\0")]
    return found


def spans(text: str) -> list[list[str]]:
    """The words of each command within a sentence, which need not be all of it."""
    return [shlex.split(re.sub(r"\$\([^)]*\)", "…", " ".join(one.split()))) for one in _SPAN.findall(text)]


def refusal(words: list[str], *, whole: bool) -> str:
    """Why a command is refused, `""` if it is taken; `whole`: with all that it requires."""
    match words:
        case ["make", *targets]:
            return "" if {one for one in targets if "=" not in one} <= _TARGETS else f"no such target: {targets}"
        case ["slipway", *more]:
            return _of_slipway(more) if whole else _of_slipway_in_part(more)
        case ["dagger", *more]:
            return _of_dagger(more, whole=whole)
    return ""


def _of_slipway(words: list[str]) -> str:
    code, said = _run(words)
    return said if code else ""


def _of_slipway_in_part(words: list[str]) -> str:
    code, said = _run([*words[:1], "--help"])
    unknown = [one for one in words if one.startswith("-") and one not in said]
    return said if code else f"unknown flags: {unknown}" if unknown else ""


def _run(words: list[str]) -> tuple[object, str]:
    """The exit code of the plain command's parser, 0 if it takes the words, and what it says."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        try:
            parser().parse_args(words)
        except SystemExit as end:
            return end.code, said.getvalue()
    return 0, said.getvalue()


def _of_dagger(words: list[str], *, whole: bool) -> str:
    while words and words[0] in {"-m", "-vvv", "--progress=plain", "--silent"}:
        words = words[2 if words[0] == "-m" else 1 :]
    known = surface()
    match words:
        case [] | ["-c", *_] | ["check"] | ["functions"] | ["call"] | ["call", "--help"] | ["call", _, "--help"]:
            return ""
        case ["init", one] if one.startswith("--blueprint="):
            return ""
        case ["call", *call]:
            for function in known["functions"].values():
                function["flags"]["source"] = True
                function["required"] = function["required"] if whole else []
            try:
                parsed(call, known, CREDENTIALS)
            except ValueError as error:
                return str(error)
            return ""
    return f"unknown command: {words}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_of_a_document_is_taken(document: Path) -> None:
    text = document.read_text()
    refused = [(words, why) for words in commands(text) if (why := refusal(words, whole=True))]
    refused += [(words, why) for words in spans(text) if (why := refusal(words, whole=False))]
    assert refused == []


def test_a_command_that_is_not_taken_is_found() -> None:
    text = "```sh\ndagger call plan --sha … && slipway plan   # a comment\nmake nothing\n```\n`dagger call sail --x`"
    assert [bool(refusal(words, whole=True)) for words in commands(text)] == [False, True, True]
    assert refusal(spans(text)[0], whole=False) == "unknown command: ['sail']"
    assert refusal(["slipway", "plan", "--shah"], whole=False) == "unknown flags: ['--shah']"
    assert refusal(["dagger", "call", "release", "--sha"], whole=True) == "flag needs an argument: --sha"


def test_the_documents_show_many_commands() -> None:
    found = [words for one in DOCUMENTS for words in (*commands(one.read_text()), *spans(one.read_text()))]
    assert sum(words[0] == "dagger" for words in found) > 40
    assert sum(words[0] == "slipway" for words in found) > 15
