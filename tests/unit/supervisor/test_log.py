"""The end of an output, with secrets blotted out."""

import io

import pytest

from ci.supervisor.log import LINES, WIDTH, Log


def test_secrets_are_blotted_out_of_what_is_kept_and_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log(["s3", "s3cret", ""])
    log.add("it is s3cret, or s3\n")
    assert log.end() == ["it is ***, or ***"]
    assert capsys.readouterr().out == "it is ***, or ***\n"


def test_the_end_is_kept_and_a_line_has_an_end(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log()
    log.follow(io.BytesIO(b"".join(b"%d\r\n" % number for number in range(LINES + 5)) + b"\xff" + b"x" * 9999))
    assert log.end(2) == [str(LINES + 4), ("\ufffd" + "x" * 9999)[:WIDTH]]
    assert len(log.end()) == LINES
    capsys.readouterr()
