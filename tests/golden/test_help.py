"""The help of the plain command, as whole documents: `help/COMMAND.txt`."""

import re
from pathlib import Path

import pytest
from golden.goldens import assert_matches

from ci.cli import main
from ci.cli.parser import COMMANDS as NAMES

HERE = Path(__file__).parent
COMMANDS = {"slipway": [], **{name: [name] for name in NAMES}}


def as_of_python_3_13(text: str) -> str:
    """The text with `--file, -f FILE`, which older versions of argparse write as `--file FILE, -f FILE`."""
    return re.sub(r"(?m)^  (--\w+) (\w+), (-\w) \2 +", lambda m: f"  {m[1]}, {m[3]} {m[2]}".ljust(24), text)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_is_that_of_the_golden(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    monkeypatch.setenv("COLUMNS", "100")  # argparse wraps at the width of the terminal
    monkeypatch.setenv("NO_COLOR", "1")  # Python 3.14 would colour it
    with pytest.raises(SystemExit) as ended:
        main([*COMMANDS[name], "--help"])
    assert ended.value.code == 0
    assert_matches(HERE / "help" / f"{name}.txt", as_of_python_3_13(capsys.readouterr().out), pytestconfig)
