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


def with_colours(monkeypatch: pytest.MonkeyPatch, *, terminal_: bool = True, **environment: str) -> Stream:
    """Both streams are one of a terminal with colours, or as `environment` says."""
    stream = Stream(terminal=terminal_)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def test_on_a_terminal_an_error_is_red_and_what_to_do_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = with_colours(monkeypatch)
    terminal.error("VERSION:1: it is empty\n  expected: 1.2.3")
    assert stream.written == b"\x1b[31mVERSION:1: it is empty\x1b[0m\n  expected: 1.2.3\n"


def test_on_a_terminal_a_difference_is_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = with_colours(monkeypatch)
    terminal.out_difference("--- a\n+++ b\n@@ -1 +1 @@\n-old\x1b[2J\n+new\n same\n")
    assert stream.written.splitlines() == [
        b"\x1b[1m--- a\x1b[0m",
        b"\x1b[1m+++ b\x1b[0m",
        b"\x1b[36m@@ -1 +1 @@\x1b[0m",
        b"\x1b[31m-old\\x1b[2J\x1b[0m",
        b"\x1b[32m+new\x1b[0m",
        b" same",
    ]


@pytest.mark.parametrize(
    ("terminal_", "environment"),
    [(False, {}), (True, {"NO_COLOR": "1"}), (True, {"TERM": "dumb"})],
    ids=["a pipe", "NO_COLOR", "a terminal without colours"],
)
def test_elsewhere_nothing_is_coloured(
    monkeypatch: pytest.MonkeyPatch, *, terminal_: bool, environment: dict[str, str]
) -> None:
    stream = with_colours(monkeypatch, terminal_=terminal_, **environment)
    terminal.error("wrong")
    terminal.out_difference("-old\n+new\n")
    assert stream.written == b"wrong\n-old\n+new\n"


def test_an_empty_no_color_is_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = with_colours(monkeypatch, NO_COLOR="")
    assert terminal.has_colours(stream)
