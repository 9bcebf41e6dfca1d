"""The Dagger surface, without an engine: its functions, their arguments, and that each is documented."""

import inspect
import typing

import anyio
import pytest
from dagger import Doc
from dagger.mod._exceptions import FunctionError

from ci import session
from ci.core.settings.product import Settings
from ci.main import Slipway

FUNCTIONS = {
    *("plan", "gen_compose", "build", "publish", "release", "upgrade", "rehearse", "smoke", "check_product"),
}
NEVER_CACHED = FUNCTIONS - {"plan", "check_product"}


def functions() -> dict[str, typing.Any]:  # Any: the SDK's own definition
    return {name: found for name, found in vars(Slipway).items() if hasattr(found, "__dagger_function__")}


def test_the_functions_of_the_module() -> None:
    assert functions().keys() == FUNCTIONS


def test_an_effect_is_never_answered_from_a_cache() -> None:
    never = {name for name, found in functions().items() if found.__dagger_function__.cache == "never"}
    assert never == NEVER_CACHED


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_and_each_of_its_arguments_are_documented(name: str) -> None:
    found = functions()[name]
    assert inspect.getdoc(found)
    hints = typing.get_type_hints(found, include_extras=True)
    for argument in inspect.signature(found).parameters:
        if argument != "self":
            documents = [one for one in typing.get_args(hints[argument]) if isinstance(one, Doc)]
            assert documents, argument
            assert not documents[0].documentation.endswith(".")


def test_every_argument_of_the_constructor_overrides_a_setting_of_its_name() -> None:
    assert tuple(typing.get_type_hints(Slipway)) == session.OVERRIDES
    assert {name for name in session.OVERRIDES if hasattr(Settings(), name)} == set(session.OVERRIDES)


def test_an_error_is_raised_so_that_the_sdk_shows_it_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoTree:
        def __init__(self, _: object) -> None:
            pass

        async def texts(self, _: object) -> dict[str, str]:
            return {}

        async def files(self) -> frozenset[str]:
            return frozenset()

    monkeypatch.setattr("ci.main.DaggerSource", NoTree)
    with pytest.raises(FunctionError, match="problems:"):
        anyio.run(Slipway().plan, None, "main")
