"""No output of a call holds a secret, though everything outside echoes what it was given, in many forms.

The calls are those of the Dagger surface, with the real registry client; the engine, omctl and the registry echo.
"""

import inspect
import json
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
import dagger
import httpx
import pytest
from dagger.mod._exceptions import FunctionError
from fake_omctl import FakeOmctl, omnistrate
from fakes import COMPOSE, GIT_SHA, Effects, FakeBuilder, FakeClock, FakeRegistry
from marked import API_KEY, BUILD_SECRET, ENV_VALUE, REGISTRY_TOKEN, echo, forms, found_in
from session_fakes import PYPROJECT, FakeRepository, FakeTree, tree

from ci.adapters.dagger_build_inputs import BuildInputs
from ci.adapters.registry import OciRegistry
from ci.adapters.registry_answers import MANIFEST_TYPES, digest_of
from ci.core.omctl.model import Completed
from ci.errors import BuildError, Problem, PublishError
from ci.main import Slipway
from ci.results import ResultTexts

SECRETS = {
    "the registry token": REGISTRY_TOKEN,
    "the API key": API_KEY,
    "a build secret": BUILD_SECRET,
    "the value of an env file": ENV_VALUE,
}
PORTS = "ci.adapters.dagger_release"
"""Where the ports of a call are put together."""
SETTINGS = PYPROJECT.replace("sidecars =", 'registry_username = "somebody"\nenv_secrets = {X = "x"}\nsidecars =')
WITH_ENV_FILE = COMPOSE.replace("  mail:\n", "  mail:\n    env_file: mail.env\n")
PADDINGS = (0, 285, 3970)
"""Characters before an echo, so that a secret lies where a text is cut."""
COMMANDS = (
    *("environment list", "service-plan list", "service-plan list-versions", "secret list", "instance list"),
    *("instance describe", "build", "service-plan describe-version", "upgrade", "upgrade list", "upgrade status"),
)
Echo = Callable[[httpx.Request], httpx.Response]


class MarkedSecret(dagger.Secret):
    """A secret argument with a value."""

    def __init__(self, value: str) -> None:
        self.value = value

    async def plaintext(self) -> str:
        await anyio.lowlevel.checkpoint()
        return self.value


class OpenedTree(FakeTree):
    """A source tree in place of a Dagger directory."""

    directory = None


class EchoingRegistry:
    """A registry that asks for a sign-in by `scheme`, and gives `reply` in the place of the `faulty` requests."""

    def __init__(self, faulty: str = "", reply: Echo | None = None, scheme: str = "Bearer") -> None:
        self.faulty, self.reply, self.scheme = faulty, reply, scheme
        self.stored: dict[str, bytes] = {}
        """Path -> manifest or blob."""
        self.met = 0

    def handle(self, request: httpx.Request) -> httpx.Response:
        kind = next((one for one in ("manifests", "uploads", "tags", "token") if one in request.url.path), "blobs")
        signed_in = "Authorization" in request.headers
        if f"{request.method} {kind}" == self.faulty and self.reply and signed_in:
            self.met += 1
            return self.reply(request)
        if kind == "token":
            return httpx.Response(200, json={"token": "granted-" + REGISTRY_TOKEN})
        if not signed_in:
            parameters = f'realm="https://{request.url.host}/token",service="{request.url.host}"'
            return httpx.Response(401, headers={"WWW-Authenticate": f"{self.scheme} {parameters}"})
        return self._answer(request, kind)

    def _answer(self, request: httpx.Request, kind: str) -> httpx.Response:
        path = request.url.path
        match request.method, kind:
            case "GET", "manifests" | "blobs" if path in self.stored:
                content = self.stored[path]
                headers = {"Content-Type": MANIFEST_TYPES[0], "Docker-Content-Digest": digest_of(content)}
                return httpx.Response(200, content=content, headers=headers)
            case "GET", "tags":
                return httpx.Response(200, json={"tags": []})
            case "PUT", "manifests":
                self.stored[path] = request.content
                return httpx.Response(201)
            case "PUT", "uploads":
                self.stored[path.replace("uploads/1", request.url.params["digest"])] = request.content
                return httpx.Response(201)
            case "POST", "uploads":
                return httpx.Response(202, headers={"Location": f"{path}1"})
            case _:
                return httpx.Response(404, json={"errors": [{"code": "MANIFEST_UNKNOWN", "message": "none"}]})


class Outputs:
    """A call of the Dagger surface with marked secrets, and all that it puts out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self.effects, self.capfd = Effects(), capfd
        self.registry = EchoingRegistry()
        self.responses: dict[str, list[Completed]] = {}
        source = tree(compose=WITH_ENV_FILE, pyproject=SETTINGS)
        source.by_path["mail.env"] = f"X='{ENV_VALUE}'\n"

        async def opened(_: object) -> OpenedTree:
            await anyio.lowlevel.checkpoint()
            return OpenedTree(source.by_path)

        async def build_inputs(*_: object) -> BuildInputs:
            await anyio.lowlevel.checkpoint()
            return BuildInputs(values=(BUILD_SECRET,))

        async def reported(texts: ResultTexts, *_: object, **__: object) -> ResultTexts:
            await anyio.lowlevel.checkpoint()
            return texts

        for name, made in {
            "open_source": opened,
            "reported": reported,
            "DaggerRepository": lambda *_: FakeRepository(),
            "BuildkitBuilder": lambda *_, **__: FakeBuilder(self.effects, FakeRegistry(self.effects)),
            "DaggerOmctl": lambda *_, **__: self.omctl(),
            "SystemClock": FakeClock,
            "made_secret": lambda _, value: value,
            "release_folder": lambda *_: None,
            "build_inputs": build_inputs,
            "reuse_ports": lambda *_, **__: None,
            "release_result": lambda texts, **_: texts,
        }.items():
            module = "ci.main" if name in {"open_source", "DaggerRepository", "SystemClock"} else PORTS
            module = "ci.main.results" if name in {"release_result", "reported"} else module
            monkeypatch.setattr(f"{module}.{name}", made)
        transport = httpx.MockTransport(self.handle)
        client = partial(OciRegistry, sleep=FakeClock().sleep, transport=transport)
        monkeypatch.setattr("ci.adapters.registry.OciRegistry", client)

    def handle(self, request: httpx.Request) -> httpx.Response:
        return self.registry.handle(request)

    def omctl(self) -> FakeOmctl:
        return FakeOmctl(self.effects.note, omnistrate(secrets=("dbPassword", "queuePassword", "x")), self.responses)

    def of(self, name: str = "release", **arguments: object) -> str:
        """Everything that a call puts out: its result or its error, and what it prints."""
        given: dict[str, Any] = {"source": None, "sha": GIT_SHA, "registry_token": MarkedSecret(f"{REGISTRY_TOKEN}\n")}
        given |= {"omnistrate_api_key": MarkedSecret(API_KEY), **arguments}
        module = Slipway()
        module.registry, module.build_secret = "registry.example", [MarkedSecret(BUILD_SECRET)]
        function = getattr(module, name)
        given = {key: value for key, value in given.items() if key in inspect.signature(function).parameters}
        shown: list[str] = []
        try:
            result = anyio.run(partial(function, **given))
            shown += _texts(result)
        except FunctionError as error:
            shown += [str(error), repr(error)]  # the SDK prints no traceback of it
        except BaseException as error:  # noqa: BLE001 - the SDK prints its traceback
            shown += traceback.format_exception(error)
        captured = self.capfd.readouterr()
        pushed = [content.decode() for content in self.registry.stored.values()]  # the release record
        return "\n".join([*shown, captured.out, captured.err, *pushed])


def _texts(result: object) -> list[str]:
    if isinstance(result, ResultTexts):
        return [result.summary, *result.files.values(), repr(result)]
    return [str(result), repr(result)]


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Outputs:
    return Outputs(monkeypatch, capfd)


def echoing(status: int, padding: int) -> Echo:
    """A response that tells all that it was sent, and the token that it was sent for."""

    def reply(request: httpx.Request) -> httpx.Response:
        sent = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
        return httpx.Response(status, text=f"{echo(REGISTRY_TOKEN, padding)}\n{request.url}\n{sent}\n" * 3)

    return reply


def dropped(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError(echo(REGISTRY_TOKEN), request=request)


@pytest.mark.parametrize("form", sorted({name for name, _ in forms(REGISTRY_TOKEN)}))
def test_the_search_finds_a_secret_in_each_of_its_forms(form: str) -> None:
    shown = dict(forms(REGISTRY_TOKEN))[form]
    assert f"the registry token, {form}" in found_in(f"a {shown} b", SECRETS)


def test_a_release_without_a_fault_puts_out_no_secret(outputs: Outputs) -> None:
    outputs.registry = EchoingRegistry("none")
    text = outputs.of()
    assert "vnd.slipway" in text, "the release record is searched as well"
    assert found_in(text, SECRETS) == []


def test_the_record_of_a_release_whose_omctl_echoed_its_key(outputs: Outputs) -> None:
    outputs.responses = {"build": [Completed(1, "", f"Error: {echo(API_KEY)}")]}
    assert found_in(outputs.of(), SECRETS) == []
    text = outputs.of("report")
    assert "make plan version" in text
    assert found_in(text, SECRETS) == []


@pytest.mark.parametrize("status", [200, 400, 401, 403, 503])
@pytest.mark.parametrize(
    ("request_", "scheme"),
    [
        *(("GET manifests", scheme) for scheme in ("Basic", "Bearer")),
        *(("POST uploads", scheme) for scheme in ("Basic", "Bearer")),
        ("GET token", "Bearer"),
    ],
)
def test_a_registry_that_echoes_what_it_was_sent(outputs: Outputs, request_: str, status: int, scheme: str) -> None:
    for padding in PADDINGS if status == httpx.codes.BAD_REQUEST else (0,):
        outputs.registry = EchoingRegistry(request_, echoing(status, padding), scheme)
        text = outputs.of("publish" if padding % 2 else "release")
        assert outputs.registry.met
        assert found_in(text, SECRETS) == []


@pytest.mark.parametrize("request_", ["GET manifests", "POST uploads", "GET token"])
def test_a_connection_whose_error_names_the_credential(outputs: Outputs, request_: str) -> None:
    outputs.registry = EchoingRegistry(request_, dropped)
    assert found_in(outputs.of(), SECRETS) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_an_omctl_that_echoes_its_key(outputs: Outputs, command: str) -> None:
    for done in (
        *(Completed(1, "", echo(API_KEY, padding)) for padding in (PADDINGS if command == "build" else (0,))),
        Completed(0, echo(API_KEY), ""),
        Completed(0, json.dumps([{"error": echo(API_KEY)}]), ""),
        Completed(0, json.dumps({"id": echo(API_KEY), "status": echo(API_KEY), "version": echo(API_KEY)}), ""),
    ):
        outputs.responses = {command: [done] * 3}
        assert found_in(outputs.of(), SECRETS) == []


@pytest.mark.parametrize("moment", ["build web", "push registry.example/o/shop-dockerfile.worker"])
@pytest.mark.parametrize("kind", [BuildError, PublishError, RuntimeError, KeyError])
def test_an_engine_that_echoes_a_secret(outputs: Outputs, moment: str, kind: type[Exception]) -> None:
    for padding in PADDINGS:
        said = echo(REGISTRY_TOKEN, padding) + echo(API_KEY) + echo(BUILD_SECRET)
        problem = Problem(what=f"It failed with {said}", value=said, expected="a push", hint="run the same call again")
        own = kind in (BuildError, PublishError)
        outputs.effects.faults[moment] = kind(problem) if own else kind(said)
        text = outputs.of()
        assert "It failed" in text or not own
        assert found_in(text, SECRETS) == []


@pytest.mark.parametrize("kind", [BuildError, RuntimeError])
def test_a_build_alone_that_echoes_its_secret(outputs: Outputs, kind: type[Exception]) -> None:
    said = echo(BUILD_SECRET)
    problem = Problem(what="It failed", value=said, expected="a build", hint="run the same call again")
    outputs.effects.faults["build web"] = kind(problem) if kind is BuildError else kind(said)
    assert found_in(outputs.of("build"), SECRETS) == []


def test_a_bug_whose_error_holds_a_secret(outputs: Outputs, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(echo(REGISTRY_TOKEN) + echo(API_KEY))

    monkeypatch.setattr(f"{PORTS}.release_folder", broken)
    assert found_in(outputs.of(), SECRETS) == []


def test_an_upgrade_whose_omctl_echoes_its_key(outputs: Outputs) -> None:
    for command in ("instance list", "instance describe", "upgrade", "upgrade list", "upgrade status"):
        outputs.responses = {command: [Completed(1, "", echo(API_KEY))] * 3}
        assert found_in(outputs.of("upgrade", instance="instance-dev", plan_version="1.0"), SECRETS) == []
