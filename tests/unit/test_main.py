"""The Dagger surface, without an engine: its functions, their arguments, and that each is documented."""

import inspect
import json
import typing

import anyio
import anyio.lowlevel
import pytest
from dagger import Doc
from dagger.mod._exceptions import FunctionError
from fakes import GIT_SHA, Effects, FakeRegistry, small_plan
from github_events import push
from reuse_fakes import FakeBases, FakeDocuments, FakeHashedTree
from session_fakes import FakeRepository, FakeSecret, FakeTree, tree

from ci import session
from ci.core.release.plan_text import as_text
from ci.core.settings.product import Settings
from ci.main import Slipway
from ci.pipelines.reuse_ports import ReusePorts

FUNCTIONS = {
    *("plan", "gen_compose", "build", "publish", "release", "upgrade", "rehearse", "smoke", "check_product", "report"),
}
OTHERS = ("registry", "build_secret", "ssh", "actions_token", "actions_url")
NEVER_CACHED = FUNCTIONS - {"check_product"}


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


def test_every_argument_of_the_constructor_but_those_of_credentials_overrides_a_setting_of_its_name() -> None:
    assert tuple(typing.get_type_hints(Slipway)) == (*session.OVERRIDES, *OTHERS)
    assert {name for name in session.OVERRIDES if hasattr(Settings(), name)} == set(session.OVERRIDES)


class OpenedTree(FakeTree):
    """The small product in place of a Dagger source."""

    directory = None


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> FakeTree:
    """The small product in place of a Dagger directory, and an empty value for every Dagger secret."""
    made = tree()

    async def opened(_: object) -> OpenedTree:
        await anyio.lowlevel.checkpoint()
        return OpenedTree(made.by_path)

    monkeypatch.setattr("ci.main.open_source", opened)
    monkeypatch.setattr("ci.main.DaggerRepository", lambda _, __: FakeRepository())
    monkeypatch.setattr("ci.main.DaggerSecret", lambda _: FakeSecret())
    return made


def call(name: str, *arguments: object) -> typing.Any:  # Any: the result of any function
    module = Slipway()
    module.registry = "registry.example"
    return anyio.run(getattr(module, name), None, *arguments)


def test_a_plan_says_what_is_built(source: FakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    effects = Effects()
    ports = ReusePorts(FakeHashedTree(effects, source.by_path), FakeBases(effects), FakeDocuments(effects))
    monkeypatch.setattr("ci.main.wiring.planned_ports", lambda *_: (FakeRegistry(effects), ports))
    text = call("plan", GIT_SHA)
    assert "\n  web     build    first time\n" in text
    assert effects.of("build", "push", "tag", "write") == []
    plain = as_text(small_plan()).splitlines()
    assert [line for line in plain if line not in text.splitlines()] == [
        "Which of them are built is not known: that needs the registry and an engine: dagger call plan --sha …"
    ]
    [image, *_] = json.loads(call("plan", GIT_SHA, None, True, True))["images"]  # noqa: FBT003 - as the engine calls it
    assert (image["action"], image["reasons"], "file" in image["made_of"]) == ("build", ["first time"], True)


def test_a_check_of_a_good_product_passes_and_of_another_one_fails(source: FakeTree) -> None:
    call("check_product")
    source.by_path["VERSION"] = "one"
    with pytest.raises(FunctionError, match="Not a semantic version"):
        call("check_product")


def test_every_problem_is_in_one_error_that_the_sdk_shows_without_a_traceback(source: FakeTree) -> None:
    source.by_path["VERSION"] = "one"
    with pytest.raises(FunctionError) as caught:
        call("release", "main", None, None)
    text = str(caught.value)
    assert text.startswith("4 problems:\n")
    for part in ("git sha", "VERSION", "The registry token is empty", "The Omnistrate API key is empty"):
        assert part in text


@pytest.mark.parametrize(
    ("name", "arguments", "part"),
    [
        ("publish", (GIT_SHA, None), "The registry token is empty"),
        ("upgrade", ("*", "1.0", None), "Not the id of one instance"),
        ("report", ("main", None), "40 lower-case hex digits"),
        ("report", (GIT_SHA, None), "The registry token is empty"),
        ("build", ("nothing",), "No such image: nothing"),
        ("gen_compose", ("main",), "40 lower-case hex digits"),
        ("rehearse", ("main",), "40 lower-case hex digits"),
        ("smoke", ("main",), "40 lower-case hex digits"),
    ],
)
def test_a_wrong_argument_ends_a_call_before_any_effect(
    source: FakeTree, name: str, arguments: tuple[object, ...], part: str
) -> None:
    assert source.by_path
    with pytest.raises(FunctionError, match=part.replace("(", r"\(")):
        call(name, *arguments)


class FakeFile:
    """A Dagger file with this text."""

    def __init__(self, text: str) -> None:
        self.text = text

    async def size(self) -> int:
        await anyio.lowlevel.checkpoint()
        return len(self.text)

    async def name(self) -> str:
        await anyio.lowlevel.checkpoint()
        return "event.json"

    async def contents(self) -> str:
        await anyio.lowlevel.checkpoint()
        return self.text


def released(text: str) -> typing.Any:  # Any: as above
    return call("release", GIT_SHA, None, None, False, False, False, FakeFile(text))  # noqa: FBT003 - flags


def test_a_release_that_its_event_decides_against_does_nothing_and_reads_no_credential(
    source: FakeTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert source.by_path
    summaries: list[str] = []
    monkeypatch.setattr("ci.main.results.release_result", lambda texts, **_: summaries.append(texts.summary))
    monkeypatch.setattr("ci.main.DaggerSecret", lambda _: None)  # a credential that is read is an error
    released(json.dumps(push("main", "feat: a cart", after=GIT_SHA)))
    assert summaries == ["not released: push to main without chore(release)\n"]


def test_a_release_of_an_event_that_is_released_goes_on_and_another_commit_s_or_an_empty_one_does_not(
    source: FakeTree,
) -> None:
    assert source.by_path
    with pytest.raises(FunctionError, match="The registry token is empty"):
        released(json.dumps(push("main", "chore(release): 1", after=GIT_SHA)))
    for text, part in ((json.dumps(push("main", "x")), "about another commit"), ("", "The event's file is empty")):
        with pytest.raises(FunctionError, match=part):
            released(text)
