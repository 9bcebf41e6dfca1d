"""The keys of a `build` that say how it is built: read into the values that BuildKit takes.

The keys and their forms are those of the compose specification (build.md).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

_BYTES = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30}
_CONTEXT = r"([^=]+)=((?!service:|target:|oci-layout:).+)"


@dataclass(frozen=True)
class BuildOptions:
    """How an image is built, beside its context, its Dockerfile, arguments, labels and secrets."""

    contexts: tuple[tuple[str, str], ...] = ()
    """`additional_contexts`: the name of each, and a path, an image (`docker-image://…`) or an address."""
    network: str = ""
    """`none` or `host`."""
    hosts: tuple[tuple[str, str], ...] = ()
    """`extra_hosts`: names and addresses."""
    shm_bytes: int = 0
    ulimits: tuple[tuple[str, str], ...] = ()
    """The name of each limit, and `soft:hard`."""
    platforms: tuple[str, ...] = ()
    cache_from: tuple[str, ...] = ()
    cache_to: tuple[str, ...] = ()
    """Caches in BuildKit's own syntax, `type=registry,ref=…`."""
    no_cache: bool = False
    no_cache_stages: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    """Keys that are not served, or whose value is not, with what would be right."""


NO_OPTIONS = BuildOptions()


def read_options(keys: Mapping[str, Any]) -> BuildOptions:  # Any: plain values of YAML, here and below
    """The options of a `build`; `keys` are the plain values of its other keys, their variables replaced."""
    read = _Reader(keys)
    options = BuildOptions(
        contexts=read.pairs("additional_contexts", _CONTEXT, "NAME=FOLDER, docker-image://… or a git repository"),
        network=read.network(),
        hosts=read.pairs("extra_hosts", r"([^=:]+)[=:]\[?([0-9a-fA-F.:]+)\]?", "NAME=ADDRESS with an IP address"),
        shm_bytes=read.shm_bytes(),
        ulimits=tuple(read.ulimits()),
        platforms=tuple(_items(keys.get("platforms"))),
        cache_from=read.caches("cache_from"),
        cache_to=read.caches("cache_to"),
        no_cache=str(keys.get("no_cache", "")).lower() not in {"false", ""},
        no_cache_stages=tuple(_items(keys.get("no_cache_filter"))),
    )
    read.switched_off()
    return replace(options, refused=tuple(dict.fromkeys(read.refused)))


@dataclass
class _Reader:
    """Reads keys; what is not supported is added to `refused`."""

    keys: Mapping[str, Any]
    refused: list[tuple[str, str]] = field(default_factory=list)

    def pairs(self, key: str, pattern: str, expected: str) -> tuple[tuple[str, str], ...]:
        """Name and value of each entry."""
        matches = [re.fullmatch(pattern, item) for item in _entries(self.keys.get(key))]
        if not all(matches):
            self.refused.append((key, expected))
        return tuple((match[1], match[2]) for match in matches if match)

    def network(self) -> str:
        """The network of `RUN`."""
        name = str(self.keys.get("network") or "default")
        if name not in {"default", "none", "host"}:
            self.refused.append(("network", "none, host or default"))
        return name if name in {"none", "host"} else ""

    def shm_bytes(self) -> int:
        """The size of `/dev/shm`, 0 for the usual one."""
        text = str(self.keys.get("shm_size") or "0").strip().lower()
        match = re.fullmatch(r"(\d+)\s*([bkmg]?)i?b?", text)
        if match:
            return int(match[1]) * _BYTES[match[2]]
        self.refused.append(("shm_size", "a size such as 128m"))
        return 0

    def ulimits(self) -> Iterator[tuple[str, str]]:
        """Each limit as `soft:hard`."""
        limits = self.keys.get("ulimits")
        for name, limit in limits.items() if isinstance(limits, dict) else []:
            both = (limit.get("soft"), limit.get("hard")) if isinstance(limit, dict) else (limit, limit)
            if all(re.fullmatch(r"-?\d+", str(one)) for one in both):
                yield name, f"{both[0]}:{both[1]}"
            else:
                self.refused.append(("ulimits", "a number, or `soft` and `hard`"))

    def caches(self, key: str) -> tuple[str, ...]:
        """Caches as BuildKit takes them: a bare name is an image."""
        found = [one if "=" in one else f"type=registry,ref={one}" for one in _items(self.keys.get(key))]
        if any(not re.search(r"\btype=(registry|inline|gha)\b", one) for one in found):
            self.refused.append((key, "an image, or type=registry, type=gha or type=inline"))
        return tuple(found)

    def switched_off(self) -> None:
        """Keys that are known, and served only where they change nothing."""
        for key, expected in _SWITCHED_OFF.items():
            allowed = {"false", "", "default"} | ({"network.host"} if key == "entitlements" else set())
            if any(str(item).lower() not in allowed for item in _items(self.keys.get(key))):
                self.refused.append((key, expected))


def used_options(options: BuildOptions) -> list[str]:
    """The keys that change what is built, and that an engine's own build knows nothing of."""
    found = {
        "additional_contexts": options.contexts,
        "network": options.network,
        "extra_hosts": options.hosts,
        "shm_size": options.shm_bytes,
        "ulimits": options.ulimits,
        "platforms": options.platforms[1:],
    }
    return [key for key, value in found.items() if value]


_SERVED = (
    *("additional_contexts", "network", "extra_hosts", "shm_size", "ulimits", "platforms"),
    *("cache_from", "cache_to", "no_cache", "no_cache_filter"),
)
_SWITCHED_OFF = {
    "privileged": "no key, since a build gets no privileges of the engine",
    "provenance": "no key: an attestation holds the time of the build, and equal builds must have equal digests",
    "sbom": "no key: an attestation holds the time of the build, and equal builds must have equal digests",
    "isolation": "no key, or `default`",
    "entitlements": "no key, or `network.host`",
}


KNOWN_KEYS = frozenset((*_SERVED, *_SWITCHED_OFF))
"""The keys of a `build` that are read here."""


def _items(value: Any) -> list[str]:
    """The strings of a list, or the one string."""
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _entries(value: Any) -> list[str]:
    """`NAME=VALUE` of each entry of a mapping or a list."""
    if not isinstance(value, dict):
        return _items(value)
    return [f"{name}={one}" for name, many in value.items() for one in _items(many)]
