"""`docs/cli.md` is made of the help of each command: `pytest tests/golden --write-goldens` writes it."""

import re
from pathlib import Path

import pytest
from golden.goldens import assert_matches

from ci.cli import main
from ci.cli.parser import COMMANDS

DOCUMENT = Path(__file__).parents[2] / "docs" / "cli.md"
HEAD = """# The plain command

`slipway` does what needs no engine. `make setup` installs it into `.venv/bin`; in another repository, `uvx --from`
runs it ([first release](first-release.md)). All that needs an engine are [calls of the module](every-day.md).

What is wrong goes to standard error: what failed, the value, what is expected, and what to do next, with file and
line. On a terminal it is red, and a difference is coloured, unless `NO_COLOR` is set.

Completion of commands, options and files, for the shell's start-up file:

| shell | file | line |
| --- | --- | --- |
| bash | `~/.bashrc` | `eval "$(slipway completion bash)"` |
| zsh | `~/.zshrc`, after `compinit` | `eval "$(slipway completion zsh)"` |
| fish | `~/.config/fish/config.fish` | `slipway completion fish \\| source` |
"""


def as_of_python_3_13(text: str) -> str:
    """The text with `--file, -f FILE`, which older versions of argparse write as `--file FILE, -f FILE`."""
    return re.sub(r"(?m)^  (--\w+) (\w+), (-\w) \2 +", lambda m: f"  {m[1]}, {m[3]} {m[2]}".ljust(24), text)


def shown(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    return as_of_python_3_13(capsys.readouterr().out)


def test_the_document_of_the_plain_command_is_that_of_its_help(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    monkeypatch.setenv("COLUMNS", "100")  # argparse wraps at the width of the terminal
    monkeypatch.setenv("NO_COLOR", "1")  # Python 3.14 would colour it
    parts = [HEAD]
    for title, words in {"slipway": [], **{f"slipway {name}": [name] for name in COMMANDS}}.items():
        parts.append(f"## {title}\n\n```text\n{shown(words, capsys)}```\n")
    assert_matches(DOCUMENT, "\n".join(parts), pytestconfig)
