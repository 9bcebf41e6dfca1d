"""The end of an output, with secrets masked."""

import io

import pytest

from ci.supervisor.log import LINES, WIDTH, Log


def test_secrets_are_masked_in_the_log_and_in_the_supervisor_s_output(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log(["s3", "s3cret", ""])
    log.add("it is s3cret, or s3\n")
    assert log.tail() == ["it is ***, or ***"]
    assert capsys.readouterr().out == "it is ***, or ***\n"


def test_the_last_lines_are_kept_and_long_lines_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log()
    log.follow(io.BytesIO(b"".join(b"%d\r\n" % number for number in range(LINES + 5)) + b"\xff" + b"x" * 9999))
    assert log.tail(2) == [str(LINES + 4), ("\ufffd" + "x" * 9999)[:WIDTH]]
    assert len(log.tail()) == LINES
    capsys.readouterr()
