"""The table `[tool.slipway.smoke]`: how a product is booted and judged beyond what its compose file says."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, get_args, get_origin, get_type_hints

from ci.errors import ConfigurationError, Problem

WHERE = "[tool.slipway.smoke]"
ACTIONS = ("http", "exec", "stop", "start")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that is done with the product once it is up, and what is expected of it.

    In every text `{{ $secrets.NAME }}` is that secret's value of this run, `{{ NAME }}` what an earlier step saved,
    `{{ cookie.NAME }}` a cookie of the session, `{{ turn }}` the number of the repetition, from 1.
    """

    name: str
    """What the report calls it."""
    service: str
    """The service that it is about."""
    http: str = ""
    """A request, `GET /path/`; it goes to the service's own address."""
    exec: tuple[str, ...] = ()
    """A command, run beside the service with its environment and user."""
    stop: bool = False
    """Stop the service, as `docker compose stop` does."""
    start: bool = False
    """Start the service that was stopped, and wait until it is ready."""
    needs: tuple[str, ...] = ()
    """Services without which the step is passed over, beside its own: those that `--core-only` leaves out."""
    times: int = 1
    """How often it is done, one after the other."""
    within: int = 0
    """Seconds within which it must come to what is expected, tried every half second; 0: at once, the first time."""
    port: int = 0
    """The port of the request; 0: the first that the service publishes or exposes."""
    session: str = ""
    """Requests of one session share their cookies."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of the request."""
    send_json: Any = None
    """The body of the request, as JSON."""
    send_form: Mapping[str, str] = field(default_factory=dict)
    """The body of the request, as a form."""
    send_file: Mapping[str, str] = field(default_factory=dict)
    """The body of the request, a form with one file: `field`, `name` and `text`."""
    status: int = 200
    """The status expected of a request."""
    code: int = 0
    """The exit code expected of a command."""
    expect_json: Any = None
    """What the answer must hold: a table's keys, each as given; a list's items, in order; any other value as it is."""
    expect_text: str = ""
    """A regular expression that the answer or the command's output must hold."""
    save: Mapping[str, str] = field(default_factory=dict)
    """Name -> where its value stands in the JSON answer, `documents.0.id`, for later steps."""

    @property
    def action(self) -> str:
        """Which of `http`, `exec`, `stop` and `start` it is."""
        return next(name for name in ACTIONS if getattr(self, name))


@dataclass(frozen=True, kw_only=True)
class SmokeSettings:
    """How the product is booted and judged."""

    core: tuple[str, ...] = ()
    """What `--core-only` boots: these services and all that they wait for."""
    left_out: tuple[str, ...] = ()
    """Services that are never booted here."""
    images: Mapping[str, str] = field(default_factory=dict)
    """Service, or image as the compose file has it -> the image to boot in its place, where it can't be had."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Omnistrate secret -> a value for it, where a made-up text will not do."""
    expressions: Mapping[str, str] = field(default_factory=dict)
    """Other Omnistrate expression, `sys.network.externalClusterEndpoint` -> a value for it."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Variable of the compose file (`${NAME}`) -> its value."""
    off_path: tuple[str, ...] = ()
    """Services that no other may wait for, such as one that is scaled to zero."""
    ready_seconds: int = 300
    """How long a service may take from its start until it is ready."""
    restarts: int = 0
    """How often a service may have been restarted in a smoke that is green."""
    steps: tuple[Step, ...] = ()
    """What is done with the product once it is up."""


def parse_smoke(table: Mapping[str, Any]) -> SmokeSettings:  # Any: TOML
    """The settings in the table.

    Raises:
        ConfigurationError: a setting is unknown or can't be used; all of them.
    """
    problems = list(_problems(SmokeSettings, table, "", skip=("steps",)))
    raw = table.get("steps", [])
    steps = []
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not all(isinstance(one, Mapping) for one in raw):
        problems.append(_problem("steps", raw, "a list of tables: [[tool.slipway.smoke.steps]]"))
        raw = []
    for number, one in enumerate(raw, start=1):
        label = f"steps, number {number} ({one.get('name', 'no name')})"
        wrong = [*_problems(Step, one, label), *_step_problems(one, label)]
        problems += wrong
        if not wrong:
            steps.append(Step(**{name: _frozen(value) for name, value in one.items()}))
    if problems:
        raise ConfigurationError(*problems)
    return SmokeSettings(
        **{name: _frozen(value) for name, value in table.items() if name != "steps"}, steps=tuple(steps)
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value


def _problems(kind: type, table: Mapping[str, Any], label: str, skip: tuple[str, ...] = ()) -> Iterator[Problem]:
    hints = get_type_hints(kind)
    for name, value in table.items():
        if name in skip:
            continue
        if name not in hints:
            near = difflib.get_close_matches(name, hints, n=1)
            expected = f"`{near[0]}`?" if near else "one of " + ", ".join(sorted(hints))
            yield _problem(_named(label, name), value, expected, what="Unknown setting")
        elif wrong := _wrong(hints[name], value):
            yield _problem(_named(label, name), value, wrong)
    for one in fields(kind):
        if one.default is MISSING and one.default_factory is MISSING and not table.get(one.name):
            yield _problem(_named(label, one.name), "", "a value, since it has no default", what="Missing setting")


def _wrong(hint: Any, value: Any) -> str:
    """What would be right where the value is not of the setting's kind; `""` where it is."""
    if hint is Any:
        return ""
    if hint is bool:
        return "" if isinstance(value, bool) else "true or false"
    if hint is int:
        return "" if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else "a whole number"
    if hint is str:
        return "" if isinstance(value, str) else "a text"
    if get_origin(hint) is tuple:
        return "" if isinstance(value, list) and all(isinstance(v, str) for v in value) else "a list of texts"
    kind = get_args(hint)[1]
    good = isinstance(value, Mapping) and all(isinstance(v, kind) for v in value.values())
    return "" if good else "a table of texts"


def _step_problems(one: Mapping[str, Any], label: str) -> Iterator[Problem]:
    chosen = [name for name in ACTIONS if one.get(name)]
    if len(chosen) != 1:
        yield _problem(label, ", ".join(chosen) or "none of them", "exactly one of http, exec, stop, start")
    http = one.get("http")
    if isinstance(http, str) and http and not re.fullmatch(r"[A-Z]+ /(?:\{\{[^{}]*\}\}|\S)*", http):
        yield _problem(_named(label, "http"), http, "a method and a path, such as `GET /health/`")
    bodies = [name for name in ("send_json", "send_form", "send_file") if one.get(name)]
    if len(bodies) > 1:
        yield _problem(label, ", ".join(bodies), "one body of a request")
    file = one.get("send_file")
    if isinstance(file, Mapping) and file and set(file) != {"field", "name", "text"}:
        yield _problem(_named(label, "send_file"), ", ".join(file), "`field`, `name` and `text`")
    if isinstance(one.get("expect_text"), str):
        try:
            re.compile(one["expect_text"])
        except re.error as error:
            yield _problem(_named(label, "expect_text"), one["expect_text"], f"a regular expression ({error})")


def _named(label: str, name: str) -> str:
    return f"{label}: {name}" if label else name


def _problem(name: str, value: Any, expected: str, *, what: str = "A setting can't be used") -> Problem:
    return Problem(
        what=f"{what}: {name}", value=f"{value!r}", file="pyproject.toml", expected=expected, hint=f"mend it in {WHERE}"
    )
