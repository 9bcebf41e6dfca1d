"""Writing to standard output and standard error, whatever they are: a terminal, a pipe, a full disk, or closed."""

import os
import re
import sys
from io import TextIOWrapper
from typing import TextIO

OUT_OF_MEMORY = "Out of memory\n  expected: enough memory for the product's files\n  hint: raise the limit (ulimit -v)"
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\r(?!\n)")
"""Characters that a terminal obeys or that turn the direction of a text, which a file of others may hold."""
_RED, _GREEN, _CYAN, _BOLD = "31", "32", "36", "1"
_DIFFERENCE = {"+++": _BOLD, "---": _BOLD, "@@": _CYAN, "+": _GREEN, "-": _RED}
"""The colour of a line of a unified diff, by how it begins."""


def prepare() -> None:
    """Let the streams write what their encoding lacks as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def printable(text: str) -> str:
    r"""The text with each character that a terminal obeys as an escape; line ends and tabs stay."""
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)


def out(text: str, done: str = "") -> None:
    """Write for people to standard output; `done` is what was done before, for the error.

    Raises:
        ConfigurationError: it can't be written.
    """
    _write(sys.stdout, printable(text).encode(_encoding(sys.stdout), "backslashreplace"), done)


def out_exactly(text: str) -> None:
    """Write a file's text to standard output byte for byte in UTF-8; to a terminal, as `out` does.

    Raises:
        ConfigurationError: it can't be written.
    """
    if sys.stdout is not None and sys.stdout.isatty():
        out(text)
    else:
        _write(sys.stdout, text.encode(errors="surrogateescape"), "")


def out_difference(text: str) -> None:
    """Write a unified diff to standard output byte for byte in UTF-8; to a terminal with colours, as `out` does.

    Raises:
        ConfigurationError: it can't be written.
    """
    if not has_colours(sys.stdout):
        out_exactly(text)
        return
    shown = printable(text).splitlines(keepends=True)
    lines = (
        _painted(line, next((_DIFFERENCE[one] for one in _DIFFERENCE if line.startswith(one)), "")) for line in shown
    )
    _write(sys.stdout, "".join(lines).encode(_encoding(sys.stdout), "backslashreplace"), "")


def note(text: str) -> None:
    """Write for people to standard error what is no error."""
    _to_stderr(printable(text.removesuffix("\n")))


def error(text: str) -> None:
    """Write an error to standard error, on a terminal with what is wrong in red.

    The lines below it, which are indented, say what is expected and what to do.
    """
    lines = printable(text).split("\n")
    if has_colours(sys.stderr):
        lines = [line if line.startswith(" ") else _painted(line, _RED) for line in lines]
    _to_stderr("\n".join(lines))


def has_colours(stream: TextIO | None) -> bool:
    """Whether to write colours: to a terminal that has them, unless NO_COLOR is set (https://no-color.org)."""
    forbidden = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream is not None and stream.isatty() and not forbidden


def _painted(line: str, colour: str) -> str:
    text = line.rstrip("\n")
    return f"\x1b[{colour}m{text}\x1b[0m{line[len(text) :]}" if text and colour else line


def _to_stderr(text: str) -> None:
    """Write a line to standard error; nowhere if that can't be written, since nothing is left to tell it to."""
    stream: TextIO | None = sys.stderr
    if stream is None:
        return
    try:
        stream.write(f"{text}\n")
        stream.flush()
    except OSError:
        _replace_by_null(stream)


def flush() -> None:
    """Write what standard output still holds.

    Raises:
        ConfigurationError: it can't be written.
    """
    if sys.stdout is not None:
        _write(sys.stdout, b"", "")


def give_up_stdout() -> None:
    """Let the interpreter not write once more at its end what could not be written."""
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except OSError:
            _replace_by_null(sys.stdout)


def _encoding(stream: TextIO | None) -> str:
    return (stream.encoding if stream is not None else "") or "utf-8"


def _write(stream: TextIO | None, data: bytes, done: str) -> None:
    if stream is None:
        raise _not_written("it is closed", done)
    try:
        stream.flush()
        stream.buffer.write(data)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as failure:
        raise _not_written(failure.strerror or str(failure), done) from failure


def _not_written(reason: str, done: str) -> Exception:
    from ci.errors import ConfigurationError, Problem  # noqa: PLC0415 - seldom

    return ConfigurationError(
        Problem(
            what=f"Standard output can't be written: {reason}",
            value=done,
            expected="a terminal, a pipe or a file that takes the output",
            hint="correct where the output goes, or give a file with --output",
        )
    )


def _replace_by_null(stream: TextIO) -> None:
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):  # a stream of a test, which is no file
        return
