"""The forms in which the compose specification lets a part of a service be written, each read into a value.

Every function takes plain data with its variables replaced, and raises a `ValueError` that says what would be right.
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from ci.core.smoke.boot import HealthCheck, Mount, Port

_UNITS = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_SIZES = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_POLICIES = ("no", "always", "unless-stopped", "on-failure")
_DEPLOY_POLICIES = {"none": "no", "on-failure": "on-failure", "any": "always"}


def seconds(value: Any) -> float:
    """A duration, `1m30s`."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(us|µs|ms|s|m|h)", str(value))
    if "".join(number + unit for number, unit in parts) != str(value) or not parts:
        raise ValueError(f"a duration with its unit, such as 1m30s, not {value!r}")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def size(value: Any) -> int:
    """A number of bytes, `512M`."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgtb]?)i?b?", str(value).strip().lower())
    if not found:
        raise ValueError(f"a size such as 512M, not {value!r}")
    return int(float(found[1]) * _SIZES[found[2]])


def words(value: Any) -> tuple[str, ...] | None:
    """A command: a list as it is, a text split as a shell would; None where the image's own holds."""
    if value is None:
        return None
    return tuple(str(one) for one in value) if isinstance(value, list) else tuple(shlex.split(str(value)))


def health_check(value: Any) -> HealthCheck:
    """`healthcheck`."""
    told = _table(value, "a table with a `test`")
    test = told.get("test")
    off = told.get("disable") == "true"
    command: tuple[str, ...] = ()
    if isinstance(test, list) and test:
        kind, *rest = [str(one) for one in test]
        if kind == "NONE":
            off = True
        elif kind == "CMD" and rest:
            command = tuple(rest)
        elif kind == "CMD-SHELL" and len(rest) == 1:
            command = ("/bin/sh", "-c", rest[0])
        else:
            raise ValueError("a list that begins with CMD, CMD-SHELL (and one text) or NONE")
    elif isinstance(test, str) and test:
        command = ("/bin/sh", "-c", test)

    def time(name: str) -> float | None:
        return seconds(told[name]) if told.get(name) else None

    return HealthCheck(
        command,
        time("interval"),
        time("timeout"),
        int(told["retries"]) if told.get("retries") else None,
        time("start_period"),
        time("start_interval"),
        off,
    )


def restart(value: Any, deploy: Any) -> tuple[str, int]:
    """The restart policy and its most restarts; that of `deploy` wins, as in compose."""
    policy = deploy.get("restart_policy") if isinstance(deploy, Mapping) else None
    if isinstance(policy, Mapping):
        condition = str(policy.get("condition") or "any")
        if condition not in _DEPLOY_POLICIES:
            raise ValueError(f"one of {', '.join(_DEPLOY_POLICIES)}, not {condition!r}")
        return _DEPLOY_POLICIES[condition], int(policy.get("max_attempts") or 0)
    name, _, most = str(value or "no").partition(":")
    if name not in _POLICIES or (most and not (name == "on-failure" and most.isdigit())):
        raise ValueError(f"one of {', '.join(_POLICIES)} (on-failure:3 for three times), not {value!r}")
    return ("always" if name == "unless-stopped" else name), int(most or 0)


def ports(published: Any, exposed: Any) -> tuple[Port, ...]:
    """`ports` and `expose`, one for each port of a range."""
    found = [port for one in published or [] for port in _published(one)]
    for one in exposed or []:
        text, _, protocol = str(one).partition("/")
        found += [Port(number, protocol=protocol or "tcp") for number in _range(text)]
    return tuple(dict.fromkeys(found))


def mounts(volumes: Any, tmpfs: Any) -> tuple[Mount, ...]:
    """`volumes` and `tmpfs`; a volume without a name is the container's own, and left out."""
    found = [mount for one in volumes or [] if (mount := _mount(one))]
    paths = [tmpfs] if isinstance(tmpfs, str) else tmpfs or []
    found += [Mount(str(one).partition(":")[0], "tmpfs") for one in paths]
    return tuple(found)


def _mount(one: Any) -> Mount | None:
    if isinstance(one, Mapping):
        kind, target = str(one.get("type") or "volume"), str(one.get("target") or "")
        if kind not in ("volume", "bind", "tmpfs") or not target:
            raise ValueError("a mount of type volume, bind or tmpfs with a `target`")
        source = str(one.get("source") or "")
        if kind == "volume" and not source:
            return None
        return Mount(target, kind, source, one.get("read_only") == "true")
    parts = str(one).split(":")
    if len(parts) == 1:
        return None
    kind = "bind" if parts[0].startswith((".", "/", "~")) else "volume"
    options = parts[2].split(",") if len(parts) > 2 else []  # noqa: PLR2004 - source, target, options
    return Mount(parts[1], kind, parts[0], "ro" in options)


def _published(one: Any) -> Iterator[Port]:
    if isinstance(one, Mapping):
        target = int(str(one.get("target") or "0"))
        if not target:
            raise ValueError("a port with a `target`")
        for number in _range(str(one.get("published") or "0"))[:1]:
            yield Port(target, number, str(one.get("host_ip") or ""), str(one.get("protocol") or "tcp"))
        return
    text, _, protocol = str(one).partition("/")
    found = re.fullmatch(r"(?:(?:(?P<host>\[[^\]]+\]|[^:]+):)?(?P<published>[\d-]*):)?(?P<target>[\d-]+)", text)
    if not found:
        raise ValueError(f"a port such as 8000:8000 or 127.0.0.1:8000:80/tcp, not {one!r}")
    targets = _range(found["target"])
    outside = _range(found["published"]) if found["published"] else [0] * len(targets)
    if len(outside) != len(targets):
        outside = outside[:1] * len(targets) if len(targets) == 1 else outside
    if len(outside) != len(targets):
        raise ValueError(f"as many ports on both sides, not {one!r}")
    for target, number in zip(targets, outside, strict=True):
        yield Port(target, number, (found["host"] or "").strip("[]"), protocol or "tcp")


def _range(text: str) -> list[int]:
    first, _, last = text.partition("-")
    if not first.isdigit() or (last and not last.isdigit()):
        raise ValueError(f"a port or a range of ports, not {text!r}")
    return list(range(int(first), int(last or first) + 1))


def _table(value: Any, expected: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{expected}, not {value!r}")  # noqa: TRY004 - what all forms raise
    return value
