"""What a problem shows of an engine error."""

import dagger
from dagger._exceptions import QueryErrorValue

from ci.adapters.dagger_errors import LOG_LINES, end_of_log


def error(message: str, **extensions: object) -> dagger.QueryError:
    value = QueryErrorValue(message, extensions=dict(extensions))
    made: dagger.QueryError = dagger.QueryError.__new__(dagger.QueryError, [value])
    made.errors = [value]
    return made


def test_a_short_error_is_shown_completely() -> None:
    assert end_of_log(error("no such host\ntry later")) == "no such host\n    try later"


def test_of_a_long_error_the_first_line_and_the_end_are_shown() -> None:
    lines = [f"line {number}" for number in range(100)]
    shown = end_of_log(error("\n".join(lines))).split("\n    ")
    assert shown == ["line 0", "…", *lines[-LOG_LINES:]]


def test_of_a_failed_command_its_exit_code_and_output_are_shown() -> None:
    made = error("failed", _type="EXEC_ERROR")
    assert isinstance(made, dagger.ExecError)
    made.command, made.exit_code, made.stdout, made.stderr = ["sh", "-c", "false"], 3, "out\n", "err\n"
    assert end_of_log(made) == "sh -c false\n    exit code 3\n    out\n    err"
