"""What a terminal is sent: no character that it obeys."""

import io
import sys

import pytest

from ci.cli import terminal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb → ü\n", "a\tb → ü\n"),
        ("a\r\nb\n", "a\r\nb\n"),
        ("\x1b[2J\x07x", "\\x1b[2J\\x07x"),
        ("over\rwritten", "over\\rwritten"),
        ("\x9b31m\x7f\x00", "\\x9b31m\\x7f\\x00"),
        ("left\u202eright\u2066", "left\\u202eright\\u2066"),
    ],
)
def test_characters_that_a_terminal_obeys_are_shown_as_escapes(text: str, shown: str) -> None:
    assert terminal.printable(text) == shown


class Stream(io.TextIOWrapper):
    """A stream of ASCII, which may be a terminal."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding="ascii")
        self.is_terminal = terminal

    def isatty(self) -> bool:
        return self.is_terminal

    @property
    def written(self) -> bytes:
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue()


@pytest.mark.parametrize("written", [b"\\x1b \\xfc\r\n", "\x1b ü\r\n".encode()], ids=["terminal", "pipe"])
def test_a_file_s_text_is_exact_but_on_a_terminal(monkeypatch: pytest.MonkeyPatch, written: bytes) -> None:
    stream = Stream(terminal=b"\\x1b" in written)
    monkeypatch.setattr(sys, "stdout", stream)
    terminal.out_exactly("\x1b ü\r\n")
    assert stream.written == written


def test_errors_and_notes_are_printable(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.error("wrong \x1b[0m")
    terminal.note("note \x07\n")
    assert capsys.readouterr().err == "wrong \\x1b[0m\nnote \\x07\n"
