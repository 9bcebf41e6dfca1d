"""The boundary to the SDK: an error for the user is shown without a traceback, a bug with one."""

import logging

import anyio
import anyio.lowlevel
import dagger
import pytest
from dagger.mod._exceptions import FunctionError
from dagger.mod._module import Module
from fakes import problem

from ci.adapters.dagger_types import effect, readable
from ci.errors import ConfigurationError

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
    assert raised.__cause__ is TWO
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


def test_a_bug_keeps_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    raised, log = logged_by_the_sdk(ZeroDivisionError("a bug"), caplog)
    assert str(raised) == "a bug"
    assert "Traceback (most recent call last)" in log
    assert "in ends" in log


def test_a_result_is_returned_as_it_is() -> None:
    assert anyio.run(Module().call, readable(ends)) == "done"


def test_an_effect_is_never_cached_and_keeps_its_signature() -> None:
    decorated = effect(ends)
    definition = decorated.__dagger_function__  # type: ignore[attr-defined]
    assert definition.cache == "never"
    assert (decorated.__name__, decorated.__wrapped__) == ("ends", ends)  # type: ignore[attr-defined]
