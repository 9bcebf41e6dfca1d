"""Which faults of a registry are retried, and the problem that each is reported as."""

import ssl

import httpx
import pytest
from registry_stub import HOST

from ci.adapters.registry_answers import Answer, AnswerError, unexpected
from ci.adapters.registry_errors import is_transient, reason, request_problem
from ci.errors import Problem


def answered(status: int, body: str = "", reason: str = "") -> AnswerError:
    return unexpected(Answer(status, reason, {}, body.encode()), "status 200")


def problem_of(error: Exception, *, with_token: bool = True) -> Problem:
    return request_problem("Reading failed", HOST, error, reason(error), with_token=with_token, seconds=60)


def caused(error: Exception, *causes: Exception) -> Exception:
    for outer, inner in zip((error, *causes), causes, strict=False):
        outer.__cause__ = inner
    return error


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        *((answered(status), True) for status in (408, 429, 500, 502, 503, 504)),
        *((answered(status), False) for status in (200, 301, 400, 401, 403, 404, 405, 413)),
        (httpx.ConnectError("connection refused"), True),
        (httpx.ConnectTimeout("slow"), True),
        (httpx.ReadTimeout("slow"), True),
        (httpx.RemoteProtocolError("cut off"), True),
        (TimeoutError(), True),
        (caused(httpx.ConnectError("failed"), ssl.SSLCertVerificationError("certificate verify failed")), False),
        (httpx.UnsupportedProtocol("ftp"), False),
        (httpx.TooManyRedirects("a circle"), False),
        (ValueError("503"), False),
    ],
)
def test_which_errors_are_retried(error: Exception, transient: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_transient(error) is transient


@pytest.mark.parametrize("error", [answered(401, "no", "Unauthorized"), answered(403, "denied", "Forbidden")])
@pytest.mark.parametrize(
    ("with_token", "message"),
    [(True, "the registry token given is refused"), (False, "no registry token was given")],
)
def test_a_refusal_names_the_token_that_is_needed_and_whether_one_was_given(
    error: AnswerError,
    message: str,
    with_token: bool,  # noqa: FBT001 - a column of the table
) -> None:
    found = problem_of(error, with_token=with_token)
    assert "write:packages" in found.expected
    assert message in found.expected
    assert f"docker login {HOST}" in found.hint


def test_another_error_response_is_shown_with_its_status_and_body() -> None:
    found = problem_of(answered(500, '{"errors": []}\n', "Internal Server Error"))
    assert (found.what, found.value, found.expected) == (
        "Reading failed",
        '500 Internal Server Error {"errors": []}',
        "status 200",
    )
    assert "run the same call again" in found.hint


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (httpx.ConnectError(""), "ConnectError"),
        (
            caused(
                httpx.ConnectError("all failed"),
                OSError("all failed"),
                ConnectionRefusedError(111, "Connect call failed"),
            ),
            "Connection refused",
        ),
        (KeyError("token"), "KeyError: 'token'"),
    ],
)
def test_the_reason_of_an_error_is_its_innermost_one(error: Exception, shown: str) -> None:
    assert reason(error) == shown


def test_a_registry_that_is_slow_or_away_is_named() -> None:
    assert problem_of(TimeoutError()).what == f"The registry {HOST} does not respond in time"
    assert problem_of(httpx.ConnectError("refused")).what == f"The registry {HOST} can't be reached"
