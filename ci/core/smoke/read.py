"""The boot plan of a pinned compose file, and all that is known to be wrong with it before a container starts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any, TypeVar

from ci.core import expressions
from ci.core.compose.depends_on import Dependency, read_depends_on, transitive
from ci.core.compose.model import Compose, Service
from ci.core.settings.smoke import SMOKE_TABLE, SmokeSettings
from ci.core.smoke import boot, checks
from ci.core.smoke import forms as boot_forms
from ci.core.smoke.boot import Booted, BootPlan, Mount
from ci.core.smoke.values import Values, filled
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Mapping as MappingNode
from ci.core.yaml.nodes import Node, Scalar, Sequence, is_null, resolved
from ci.core.yaml.values import plain
from ci.errors import ConfigurationError, Problem

T = TypeVar("T")
_READ = (
    *("image", "command", "entrypoint", "environment", "user", "working_dir", "hostname", "container_name", "networks"),
    *("healthcheck", "volumes", "tmpfs", "ports", "expose", "depends_on", "links", "restart", "deploy"),
    *("secrets", "configs", "stop_signal", "stop_grace_period", "scale", "mem_limit", "profiles", "network_mode"),
    "volumes_from",
)
_PASSED_OVER = (
    *("privileged", "cap_add", "cap_drop", "devices", "gpus", "sysctls", "ulimits", "read_only", "security_opt", "pid"),
    *("ipc", "dns", "extra_hosts", "runtime", "shm_size", "group_add", "userns_mode", "use_api_socket", "cgroup"),
)


def secret_names(compose: Compose, settings: SmokeSettings) -> tuple[str, ...]:
    """The Omnistrate secrets that services or steps name and the settings give no value: they get a made-up one."""
    keys = [pair for service in compose.services for name, pair in service.keys.items() if name in _READ]
    texts = [text for pair in keys for text in _texts(plain(pair.raw))]
    for step in settings.steps:
        texts += _texts(asdict(step))
    names = [found.secret for text in texts for found in expressions.find(text) if found.secret]
    return tuple(name for name in dict.fromkeys(names) if name not in settings.secrets)


def boot_plan(
    compose: Compose, settings: SmokeSettings, secrets: Mapping[str, str], *, core_only: bool = False
) -> BootPlan:
    """What is booted, and in which order; `secrets` holds the made-up values.

    Raises:
        ConfigurationError: all that is known to be wrong.
    """
    values = Values({**secrets, **settings.secrets}, settings.expressions, settings.variables)
    reading = _Reading(compose, values)
    read = {service.name: one for service in compose.services if (one := reading.service(service))}
    problems = [*reading.problems, *checks.wrong_names(read, settings, core_only=core_only)]
    off = {name for name in read if name in settings.excluded or name in reading.off}
    needs = {name: one.needs for name, one in read.items()}
    wanted = transitive(needs, settings.core) if core_only else frozenset(read)
    booted = tuple(one for name, one in read.items() if name in wanted and name not in off)
    problems += checks.order_problems(compose, booted, needs, settings)
    problems += checks.port_problems(compose, booted)
    if problems:
        raise ConfigurationError(*problems)
    named = tuple(
        replace(one, image=settings.images.get(one.name, settings.images.get(one.image, one.image))) for one in booted
    )
    there = {one.name for one in named}
    named = tuple(replace(one, needs=tuple(n for n in one.needs if n.service in there)) for one in named)
    return BootPlan(
        boot.in_order(named), tuple(service.name for service in compose.services if service.name not in there)
    )


class _Reading:
    """Reads services, and keeps what is wrong with them."""

    def __init__(self, compose: Compose, values: Values) -> None:
        self.problems: list[Problem] = []
        self.off: set[str] = set()
        self._compose, self._values = compose, values
        self._top = effective(compose.document.root)

    def service(self, service: Service) -> Booted | None:
        """The service as it is booted; None where it can't be read at all."""
        told = {name: self._plain(pair.value) for name, pair in service.keys.items() if name in _READ}
        if not told.get("image"):
            self._problem(service, "build", f"`{service.name}` has no image", expected="the pinned file: gen-compose")
            return None
        deploy = told["deploy"] if isinstance(told.get("deploy"), dict) else {}
        if told.get("profiles") or "0" in (told.get("scale"), deploy.get("replicas")):
            self.off.add(service.name)
        if (mode := str(told.get("network_mode") or "bridge")) not in ("bridge", "default"):
            self._problem(service, "network_mode", "Not possible here", value=mode, expected="a network of its own")
        if "volumes_from" in told:
            self._problem(service, "volumes_from", "Not possible here", expected="named volumes")

        def form(key: str, reading: Callable[[], T], default: T) -> T:
            try:
                return reading()
            except (ValueError, TypeError, AttributeError) as error:
                self._problem(service, key, f"`{key}` of `{service.name}` can't be read", expected=str(error))
                return default

        links = tuple(Dependency(str(link).partition(":")[0]) for link in told.get("links") or [])
        needs = (
            *form("depends_on", lambda: read_depends_on(told.get("depends_on") or []), tuple[Dependency, ...]()),
            *links,
        )
        policy = form("restart", lambda: boot_forms.restart(told.get("restart"), deploy), ("no", 0))
        limit = deploy.get("resources", {}).get("limits", {}).get("memory") if deploy else None
        limit = limit or told.get("mem_limit")
        mounts = form("volumes", lambda: boot_forms.mounts(told.get("volumes"), told.get("tmpfs")), tuple[Mount, ...]())
        self._check_mounts(service, mounts)
        replicas = int(deploy.get("replicas") or told.get("scale") or 1)
        return Booted(
            name=service.name,
            image=str(told["image"]),
            line=service.line,
            needs=tuple({need.service: need for need in reversed(needs)}.values())[::-1],
            entrypoint=form("entrypoint", lambda: boot_forms.words(told.get("entrypoint")), None),
            command=form("command", lambda: boot_forms.words(told.get("command")), None),
            environment={**self._inherited(service), **self._environment(told.get("environment"))},
            user=str(told.get("user") or ""),
            working_dir=str(told.get("working_dir") or ""),
            restart=policy[0],
            restarts=policy[1],
            health=form("healthcheck", lambda: boot_forms.health_check(told["healthcheck"]), None)
            if "healthcheck" in told
            else None,
            mounts=(*mounts, *self._files(service, told, "secrets"), *self._files(service, told, "configs")),
            ports=form("ports", lambda: boot_forms.ports(told.get("ports"), told.get("expose")), ()),
            stop_signal=_signal(told.get("stop_signal")),
            stop_seconds=form(
                "stop_grace_period", lambda: boot_forms.seconds(told.get("stop_grace_period") or "10s"), 10.0
            ),
            memory_limit=form("deploy", lambda: boot_forms.size(limit or 0), 0),
            passed_over=(
                *(key for key in _PASSED_OVER if key in service.keys),
                *((f"replicas: {replicas}",) if replicas > 1 else ()),
                *(f"the name {name}" for name in _names(told) if name != service.name),
                *(f"read_only of {mount.source}" for mount in mounts if mount.kind == "volume" and mount.read_only),
            ),
        )

    def _inherited(self, service: Service) -> dict[str, str]:
        """The environment of the service that this one extends: compose merges the two."""
        base = next((one for one in self._compose.services if one.name == service.base), None)
        if base is None:
            return {}
        told = self._plain(base.keys["environment"].raw) if "environment" in base.keys else None
        return {**self._inherited(base), **self._environment(told)}

    def _environment(self, told: Any) -> dict[str, str]:  # Any: plain data, here and below
        if isinstance(told, dict):
            found = told
        else:
            parts = [str(one).partition("=") for one in told or []]
            found = {name: value if sign else None for name, sign, value in parts}
        variables = self._values.variables
        # Without a value, compose takes it from where it runs, and leaves it out where that has none.
        given = {name: variables.get(name) if value is None else str(value) for name, value in found.items()}
        return {name: value for name, value in given.items() if value is not None}

    def _check_mounts(self, service: Service, mounts: tuple[Mount, ...]) -> None:
        known = effective(self._top["volumes"].value) if "volumes" in self._top else {}
        for mount in mounts:
            if mount.kind == "volume" and mount.source not in known:
                self._problem(
                    service,
                    "volumes",
                    f"`{service.name}` mounts the volume `{mount.source}`, which is not declared",
                    expected="an entry below `volumes:` at the top level",
                )
            if mount.kind == "bind" and mount.source.startswith(("/", "~", "..")):
                self._problem(
                    service,
                    "volumes",
                    f"`{service.name}` mounts a path of the host",
                    value=mount.source,
                    expected="a path in the source, such as ./certs",
                    hint=f"leave the service out here: `excluded` in {SMOKE_TABLE}",
                )

    def _files(self, service: Service, told: Mapping[str, Any], kind: str) -> Iterator[Mount]:
        """The files of the compose file's own `secrets` or `configs`."""
        known = effective(self._top[kind].value) if kind in self._top else {}
        for one in told.get(kind) or []:
            entry = one if isinstance(one, dict) else {"source": one}
            name = str(entry.get("source"))
            target = str(entry.get("target") or name)
            if not target.startswith("/"):
                target = f"/run/secrets/{target}" if kind == "secrets" else f"/{target}"
            source = self._plain(known[name].value) if name in known else None
            source = source if isinstance(source, dict) else {}
            variable = self._values.variables.get(str(source.get("environment")))
            if source.get("file"):
                yield Mount(target, "bind", str(source["file"]), read_only=True)
            elif (text := source.get("content") or variable) is not None:
                yield Mount(target, "text", text, read_only=True)
            else:
                self._problem(service, kind, f"`{service.name}` uses `{name}` of `{kind}`, whose content is not known")

    def _plain(self, node: Node) -> Any:
        """A node as plain data, its expressions and variables replaced; what has no value is a problem at its place."""
        node = resolved(node)
        if isinstance(node, Sequence):
            return [self._plain(item) for item in node.items]
        if isinstance(node, MappingNode):
            return {name: self._plain(pair.raw) for name, pair in effective(node).items()}
        if is_null(node):
            return None
        text, missing = filled(node.value, self._values)
        for name in missing.expressions:
            self._missing(node, f"`{name}` of Omnistrate has no value here", f'"{name}" = "…"', "expressions")
        for name in missing.variables:
            self._missing(node, f"The variable `{name}` has no value", f'{name} = "…"', "variables")
        return text

    def _missing(self, node: Scalar, what: str, line: str, table: str) -> None:
        hint = f"add to pyproject.toml, below [tool.slipway.smoke.{table}]: {line}"
        problem = self._compose.document.problem(node, what, expected="a value for this run", hint=hint)
        if problem not in self.problems:
            self.problems.append(problem)

    def _problem(
        self, service: Service, key: str, what: str, *, value: str = "", expected: str = "", hint: str = ""
    ) -> None:
        problem = checks.at(self._compose, service.name, key, what, value=value, expected=expected, hint=hint)
        if problem not in self.problems:
            self.problems.append(problem)


def _names(told: Mapping[str, Any]) -> list[str]:
    """What else the service would be reached by, beside its own name."""
    networks = told.get("networks")
    aliases = [
        str(alias)
        for entry in (networks.values() if isinstance(networks, dict) else [])
        if isinstance(entry, dict)
        for alias in entry.get("aliases") or []
    ]
    return [*dict.fromkeys([*(str(told[key]) for key in ("container_name", "hostname") if told.get(key)), *aliases])]


def _signal(told: Any) -> str:
    name = str(told or "SIGTERM").upper()
    return name if name.startswith("SIG") else f"SIG{name}"


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for one in value.values() for text in _texts(one)]
    return [text for one in value for text in _texts(one)] if isinstance(value, list | tuple) else []
