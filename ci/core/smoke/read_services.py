"""Reads the services of a pinned compose file into specs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ci.core.compose.depends_on import Dependency, read_depends_on
from ci.core.compose.model import Service
from ci.core.settings.smoke import SMOKE_TABLE
from ci.core.smoke.compose_reader import ComposeReader
from ci.core.smoke.policies import parse_health_check, parse_restart
from ci.core.smoke.read_mounts import read_mounts
from ci.core.smoke.service_spec import MountKind, RestartPolicy, ServiceSpec
from ci.core.smoke.short_syntax import parse_command, parse_ports
from ci.core.smoke.units import parse_duration, parse_size

READ_KEYS = (
    *("image", "command", "entrypoint", "environment", "user", "working_dir", "hostname", "container_name", "networks"),
    *("healthcheck", "volumes", "tmpfs", "ports", "expose", "depends_on", "links", "restart", "deploy"),
    *("secrets", "configs", "stop_signal", "stop_grace_period", "scale", "mem_limit", "profiles", "network_mode"),
    "volumes_from",
)
"""The keys of a service that a smoke reads."""
_UNSUPPORTED_KEYS = (
    *("privileged", "cap_add", "cap_drop", "devices", "gpus", "sysctls", "ulimits", "read_only", "security_opt", "pid"),
    *("ipc", "dns", "extra_hosts", "runtime", "shm_size", "group_add", "userns_mode", "use_api_socket", "cgroup"),
)
EXCLUDE = f"add the service to `excluded` in {SMOKE_TABLE}"
Data = Mapping[str, Any]
"""The keys of a service as plain data."""


def read_services(reader: ComposeReader) -> tuple[dict[str, ServiceSpec], frozenset[str]]:
    """The services by name, and the names of those that compose would not start by itself.

    Those have a profile, or no replica. The reader collects the problems; a service without an image is excluded.
    """
    specs, disabled = {}, set[str]()
    for service in reader.compose.services:
        data = {key: reader.plain(pair.value) for key, pair in service.keys.items() if key in READ_KEYS}
        if not data.get("image"):
            reader.add(
                service,
                "build",
                f"`{service.name}` has no image",
                expected="a pinned compose file, in which every service has its image",
                hint="write it with `slipway gen-compose`",
            )
            continue
        if data.get("profiles") or "0" in (data.get("scale"), _deploy(data).get("replicas")):
            disabled.add(service.name)
        _check_network(reader, service, data)
        specs[service.name] = _spec(reader, service, data)
    return specs, frozenset(disabled)


def _spec(reader: ComposeReader, service: Service, data: Data) -> ServiceSpec:
    deploy = _deploy(data)
    restart, max_restarts = reader.parse(
        service, "restart", lambda: parse_restart(data.get("restart"), deploy), (RestartPolicy.NO, 0)
    )
    memory = (deploy.get("resources", {}).get("limits", {}).get("memory") if deploy else None) or data.get("mem_limit")
    grace = data.get("stop_grace_period") or "10s"
    spec = ServiceSpec(
        name=service.name,
        image=str(data["image"]),
        line=service.line,
        depends_on=_dependencies(reader, service, data),
        entrypoint=reader.parse(service, "entrypoint", lambda: parse_command(data.get("entrypoint")), None),
        command=reader.parse(service, "command", lambda: parse_command(data.get("command")), None),
        environment=_environment(reader, service, data.get("environment")),
        user=str(data.get("user") or ""),
        working_dir=str(data.get("working_dir") or ""),
        restart=restart,
        max_restarts=max_restarts,
        health_check=reader.parse(service, "healthcheck", lambda: parse_health_check(data["healthcheck"]), None)
        if "healthcheck" in data
        else None,
        mounts=read_mounts(reader, service, data),
        ports=reader.parse(service, "ports", lambda: parse_ports(data.get("ports"), data.get("expose")), ()),
        stop_signal=_signal(data.get("stop_signal")),
        stop_grace_seconds=reader.parse(service, "stop_grace_period", lambda: parse_duration(grace), 10.0),
        memory_limit=reader.parse(service, "deploy", lambda: parse_size(memory or 0), 0),
    )
    return replace(spec, unsupported=tuple(_unsupported(service, spec, data)))


def _check_network(reader: ComposeReader, service: Service, data: Data) -> None:
    mode = str(data.get("network_mode") or "bridge")
    if mode not in ("bridge", "default"):
        reader.add(
            service,
            "network_mode",
            f"A smoke can't start `{service.name}` with this `network_mode`",
            value=mode,
            expected="no `network_mode`, or bridge",
            hint=EXCLUDE,
        )
    if "volumes_from" in data:
        reader.add(
            service,
            "volumes_from",
            f"A smoke can't start `{service.name}` with `volumes_from`",
            expected="named volumes, which both services mount",
            hint=f"name the volumes in `volumes`, or {EXCLUDE}",
        )


def _dependencies(reader: ComposeReader, service: Service, data: Data) -> tuple[Dependency, ...]:
    """`depends_on` and `links`; of two entries for one service the first."""
    declared = reader.parse(
        service, "depends_on", lambda: read_depends_on(data.get("depends_on") or []), tuple[Dependency, ...]()
    )
    links = [Dependency(str(link).partition(":")[0]) for link in data.get("links") or []]
    found: dict[str, Dependency] = {}
    for one in (*declared, *links):
        found.setdefault(one.service, one)
    return tuple(found.values())


def _environment(reader: ComposeReader, service: Service, value: Any) -> dict[str, str]:
    """The environment of a service over that of the one it extends: compose merges the two."""
    inherited: dict[str, str] = {}
    base = next((one for one in reader.compose.services if one.name == service.base), None)
    if base is not None:
        own = reader.plain(base.keys["environment"].raw) if "environment" in base.keys else None
        inherited = _environment(reader, base, own)
    if isinstance(value, dict):
        entries = value
    else:
        parts = [str(one).partition("=") for one in value or []]
        entries = {name: rest if sign else None for name, sign, rest in parts}
    # Compose takes a name without a value from where it runs, and drops it if there is none there either.
    variables = reader.values.variables
    given = {name: variables.get(name) if rest is None else str(rest) for name, rest in entries.items()}
    return {**inherited, **{name: rest for name, rest in given.items() if rest is not None}}


def _unsupported(service: Service, spec: ServiceSpec, data: Data) -> Iterator[str]:
    """What the compose file asks for and a smoke does not do."""
    yield from (key for key in _UNSUPPORTED_KEYS if key in service.keys)
    replicas = int(_deploy(data).get("replicas") or data.get("scale") or 1)
    if replicas > 1:
        yield f"replicas: {replicas}"
    yield from (f"the name {name}" for name in _other_names(data) if name != service.name)
    for mount in spec.mounts:
        if mount.kind == MountKind.VOLUME and mount.read_only:
            yield f"read_only of {mount.source}"


def _other_names(data: Data) -> list[str]:
    """Names by which compose makes the service reachable, beside its own."""
    names = [str(data[key]) for key in ("container_name", "hostname") if data.get(key)]
    networks = data.get("networks")
    for entry in networks.values() if isinstance(networks, dict) else []:
        if isinstance(entry, dict):
            names += [str(alias) for alias in entry.get("aliases") or []]
    return list(dict.fromkeys(names))


def _deploy(data: Data) -> dict[str, Any]:
    deploy = data.get("deploy")
    return deploy if isinstance(deploy, dict) else {}


def _signal(value: Any) -> str:
    name = str(value or "SIGTERM").upper()
    return name if name.startswith("SIG") else f"SIG{name}"
