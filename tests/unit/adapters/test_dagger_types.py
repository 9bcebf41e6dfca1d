"""The boundary to the SDK: errors are shown as text, without a traceback and without a secret."""

import base64
import logging
from contextlib import suppress
from functools import partial

import anyio
import anyio.lowlevel
import dagger
import pytest
from dagger.mod._exceptions import FunctionError
from dagger.mod._module import Module
from fakes import problem

from ci.adapters.dagger_types import effect, readable
from ci.core.release.notification import Message
from ci.errors import ConfigurationError, PipelineError, PublishError

TWO = ConfigurationError(problem("One", hint="fix it"), problem("Two"))


async def ends(error: Exception | None = None) -> str:
    await anyio.lowlevel.checkpoint()
    if error:
        raise error
    return "done"


def logged_by_the_sdk(error: Exception, caplog: pytest.LogCaptureFixture) -> tuple[Exception, str]:
    """What the SDK's own call of a function raises, and what it logs."""
    with caplog.at_level(logging.WARNING), pytest.raises((FunctionError, dagger.QueryError)) as caught:
        anyio.run(Module().call, readable(ends), error)
    return caught.value, caplog.text


def test_an_error_for_the_user_is_shown_as_it_is_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    raised, log = logged_by_the_sdk(TWO, caplog)
    assert str(raised) == f"{TWO}\n"
    assert (raised.__cause__, raised.__context__) == (None, None)
    assert log == ""


def test_an_error_of_the_engine_is_shown_with_what_to_do_and_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    error = dagger.QueryError.__new__(dagger.QueryError, [])
    error.errors = [dagger._exceptions.QueryErrorValue("connection lost")]
    raised, log = logged_by_the_sdk(error, caplog)
    assert str(raised).startswith("The engine failed: connection lost\n")
    assert "hint: run the same call again" in str(raised)
    assert log == ""


def test_a_bug_is_shown_by_words_and_its_traceback_is_in_the_log(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    raised, log = logged_by_the_sdk(ZeroDivisionError("a bug"), caplog)
    assert str(raised).startswith("The call ended by an error that is not expected, and its outcome is unknown: ")
    assert "ZeroDivisionError: a bug\n" in str(raised)
    assert log == ""
    printed = capsys.readouterr().err
    assert "Traceback (most recent call last)" in printed
    assert "in ends" in printed


SECRET = "a-value-that-nobody-sees"


class GivenSecret(dagger.Secret):
    """A secret argument without an engine."""

    def __init__(self) -> None:
        """Nothing of a session."""

    async def plaintext(self) -> str:
        await anyio.lowlevel.checkpoint()
        return f"{SECRET}\n"


@pytest.mark.parametrize("given", [(GivenSecret(),), ([GivenSecret()],)], ids=["alone", "in a list"])
@pytest.mark.parametrize(
    "error",
    [
        PublishError(problem("Refused", value=f"token {SECRET}")),
        PipelineError(f"FAILED: {SECRET}", problem("Refused")),
        ZeroDivisionError(f"divided by {base64.b64encode(SECRET.encode()).decode()}"),
    ],
    ids=["problem", "report", "bug"],
)
def test_no_error_has_the_value_of_a_secret_argument(
    given: tuple[object, ...], error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    @readable
    async def called(*arguments: object) -> str:
        assert arguments
        return await ends(error)

    with pytest.raises(FunctionError) as caught:
        anyio.run(called, *given)
    shown = str(caught.value) + capsys.readouterr().err
    assert "***" in shown
    assert SECRET not in shown
    assert base64.b64encode(SECRET.encode()).decode() not in shown


def test_a_result_is_returned_as_it_is() -> None:
    assert anyio.run(Module().call, readable(ends)) == "done"


def test_an_effect_is_never_cached_and_keeps_its_signature() -> None:
    decorated = effect(ends)
    definition = decorated.__dagger_function__  # type: ignore[attr-defined]
    assert definition.cache == "never"
    assert (decorated.__name__, decorated.__wrapped__) == ("ends", ends)  # type: ignore[attr-defined]


async def release(error: Exception, *, return_failed: bool = False) -> tuple[str, ...]:
    await anyio.lowlevel.checkpoint()
    assert return_failed in {True, False}
    raise error


def test_with_return_failed_a_user_s_error_is_a_result_and_any_other_is_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    called = readable(release, lambda problems: tuple(one.what for one in problems))
    assert anyio.run(partial(called, return_failed=True), TWO) == ("One", "Two")
    leaking = ConfigurationError(problem("it sent Bearer abcdefghijklmnop"))
    assert anyio.run(partial(called, return_failed=True), leaking) == ("it sent Bearer ***",)
    for given, error in ((False, TWO), (True, ZeroDivisionError("a bug"))):
        with pytest.raises(FunctionError):
            anyio.run(partial(called, return_failed=given), error)
    with pytest.raises(FunctionError):
        anyio.run(partial(readable(release), return_failed=True), TWO)
    assert "ZeroDivisionError" in capsys.readouterr().err


class Url(dagger.Secret):
    """A secret argument with this value."""

    def __init__(self, value: str) -> None:
        self.value = value

    async def plaintext(self) -> str:
        await anyio.lowlevel.checkpoint()
        return self.value


async def told(error: Exception | None, *, notify: dagger.Secret | None = None, return_failed: bool = False) -> str:
    assert return_failed in {True, False}
    assert notify
    return await ends(error)


@pytest.mark.parametrize(
    ("error", "titles"),
    [
        (None, []),
        (TWO, ["Release: FAILED before its first step"]),
        (ZeroDivisionError("a bug"), ["Release: FAILED before its first step"]),
        (PipelineError("the report", problem("One")), []),  # `reported` has sent its message
    ],
)
@pytest.mark.parametrize("return_failed", [True, False])
def test_a_call_that_ends_without_a_report_sends_one_message(
    error: Exception | None,
    titles: list[str],
    return_failed: bool,  # noqa: FBT001 - a column
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[tuple[Message, str]] = []

    async def send(message: Message, url: str) -> str:
        await anyio.lowlevel.checkpoint()
        sent.append((message, url))
        return "no"

    monkeypatch.setattr("ci.adapters.notify.send", send)
    called = partial(readable(told, str), notify=Url("json://127.0.0.1/x\n"), return_failed=return_failed)
    with suppress(FunctionError):
        anyio.run(called, error)
    assert [message.title for message, _ in sent] == titles
    assert all(url == "json://127.0.0.1/x\n" for _, url in sent)


def test_a_url_that_is_none_ends_a_call_before_it_does_anything() -> None:
    with pytest.raises(FunctionError, match="The URL to notify is not one") as caught:
        anyio.run(partial(readable(told), notify=Url("hunter2")), ZeroDivisionError("never reached"))
    assert "hunter2" not in str(caught.value)
