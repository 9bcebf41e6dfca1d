"""The table `[tool.slipway.smoke]`: how a smoke starts and checks a product, beyond what its compose file says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from ci.core.settings.tables import SECRET, Rule

SMOKE_TABLE = "[tool.slipway.smoke]"
BODIES = ("send_json", "send_form", "send_file")


class Action(StrEnum):
    """What a step does; each is the name of a setting of the step."""

    HTTP = "http"
    EXEC = "exec"
    STOP = "stop"
    START = "start"


def _actions(step: Mapping[str, Any]) -> list[Action]:  # Any: TOML, here and below
    return [action for action in Action if step.get(action)]


def _is_request(value: str) -> bool:
    return not value or bool(re.fullmatch(r"[A-Z]+ /(?:\{\{[^{}]*\}\}|\S)*", value))


def _is_pattern(value: str) -> bool:
    try:
        re.compile(value)
    except re.error:
        return False
    return True


def _is_file(value: Mapping[str, str]) -> bool:
    return not value or set(value) == {"field", "name", "content"}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One action on the running product, and the result that is expected of it.

    In every string but `expect_regex`, `{{ $secrets.NAME }}` is the value of that secret in this run, `{{ NAME }}` a
    value that an earlier step saved, `{{ cookie.NAME }}` a cookie of the session, `{{ repetition }}` the number of the
    repetition, from 1.
    """

    name: str
    """The step's name in the report."""
    service: str
    """The service to act on."""
    http: Annotated[str, Rule(_is_request, "a method and a path, such as `GET /health/`")] = ""
    """A request, `GET /path/`, sent to the service's own address."""
    exec: tuple[str, ...] = ()
    """A command, run in the service's container with its environment and user."""
    stop: bool = False
    """Stop the service, as `docker compose stop` does; the step fails if the service must be killed."""
    start: bool = False
    """Start the stopped service again, and wait until it is ready."""
    requires: tuple[str, ...] = ()
    """Further services that must be ready; without them the step is skipped, for example under `--scope core`."""
    repeat: int = 1
    """How many times to run the step, one after the other."""
    retry_seconds: int = 0
    """How long to try again, every half second, until the result is as expected; 0: only one attempt."""
    port: int = 0
    """The port of the request; 0: the first that the service publishes or exposes."""
    session: str = ""
    """Requests with the same session name share their cookies."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of the request."""
    send_json: Any = None
    """The body of the request, sent as JSON."""
    send_form: Mapping[str, str] = field(default_factory=dict)
    """The body of the request, sent as a form."""
    send_file: Annotated[Mapping[str, str], Rule(_is_file, "`field`, `name` and `content`")] = field(
        default_factory=dict
    )
    """The body of the request, sent as a form with one file: `field`, `name` and `content`."""
    expect_status: int = 200
    """The expected status of the response."""
    expect_exit_code: int = 0
    """The expected exit code of the command."""
    expect_json: Any = None
    """The expected JSON: of a table the given keys, of an array the first items, any other value exactly."""
    expect_regex: Annotated[str, Rule(_is_pattern, "a regular expression")] = ""
    """A regular expression that the response or the command's output must contain."""
    save: Mapping[str, str] = field(default_factory=dict)
    """Name -> path of a value in the JSON response, `documents.0.id`; later steps use it as `{{ NAME }}`."""

    @property
    def action(self) -> Action:
        """What the step does."""
        return next(action for action in Action if getattr(self, action))


_ONE_ACTION = Rule(lambda step: len(_actions(step)) == 1, "exactly one of " + ", ".join(Action))
_ONE_BODY = Rule(lambda step: sum(bool(step.get(name)) for name in BODIES) < 2, "at most one of " + ", ".join(BODIES))  # noqa: PLR2004


@dataclass(frozen=True, kw_only=True)
class SmokeSettings:
    """How the product is started and checked."""

    core: tuple[str, ...] = ()
    """Services that `--scope core` starts, together with all that they depend on."""
    excluded: tuple[str, ...] = ()
    """Services that are never started."""
    images: Mapping[str, str] = field(default_factory=dict)
    """Service, or image as written in the compose file -> the image to run instead, where that one is not available."""
    secrets: Annotated[Mapping[str, str], SECRET] = field(default_factory=dict)
    """Omnistrate secret -> its value, where a generated one does not work."""
    expressions: Mapping[str, str] = field(default_factory=dict)
    """Other Omnistrate expression, such as `sys.network.externalClusterEndpoint` -> its value."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Variable of the compose file (`${NAME}`) -> its value."""
    non_critical: tuple[str, ...] = ()
    """Services that no other may depend on, such as one that is scaled to zero."""
    ready_seconds: int = 300
    """How long a service may take from its start until it is ready."""
    max_restarts: int = 0
    """How many times a service may restart in a smoke that passes."""
    steps: tuple[Annotated[Step, _ONE_ACTION, _ONE_BODY], ...] = ()
    """What to do with the running product; see below."""
