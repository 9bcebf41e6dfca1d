"""The help of the plain command, as whole documents: `help/COMMAND.txt`."""

from pathlib import Path

import pytest
from golden.goldens import assert_matches

from ci.cli import main

HERE = Path(__file__).parent
COMMANDS = {"slipway": [], **{name: [name] for name in ("plan", "gen-compose", "picture", "check")}}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_is_that_of_the_golden(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    monkeypatch.setenv("COLUMNS", "100")  # argparse wraps at the width of the terminal
    monkeypatch.setenv("NO_COLOR", "1")  # Python 3.14 would colour it
    with pytest.raises(SystemExit) as ended:
        main([*COMMANDS[name], "--help"])
    assert ended.value.code == 0
    assert_matches(HERE / "help" / f"{name}.txt", capsys.readouterr().out, pytestconfig)
