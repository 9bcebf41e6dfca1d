"""What exists when the stand-in starts, and which faults it shows: one JSON object.

```
{"api_keys": ["om_rehearsal"],                                    keys that sign in; without one, nobody can
 "secrets": {"DEV": ["dbPassword"], "PROD": []},                  names by environment type; no values are kept
 "instances": [{"id": "instance-dev", "product": "P",             each instance also creates its product, environment
                "environment": "Dev", "environment_type": "DEV",  and plan, with all versions up to its own; the last
                "plan": "P", "version": "1.0"}],                  of these is the preferred one
 "in_progress_polls": 2,                                          polls of an upgrade that return IN_PROGRESS
 "fail_upgrades_of": ["instance-dev"],                            instances whose upgrades end as FAILED
 "refuse_builds": "reason",                                       every build fails with this message
 "http_503_times": {"PUT /2022-09-01-00/service": 2}}             how many requests fail with 503 at first, by the
                                                                  beginning of method and path
```
Every key is optional except `id` and `product` of an instance. The defaults are those shown for `environment`,
`environment_type`, `version` and `in_progress_polls`, the product's name for `plan`, and nothing for the others. An
unknown key is an error, since a misspelt fault would never be shown.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


class SeedError(ValueError):
    """The seed is invalid."""


@dataclass(frozen=True)
class SeedInstance:
    """An instance that exists before the first build."""

    id: str
    product: str
    environment: str = "Dev"
    environment_type: str = "DEV"
    plan: str = ""
    version: str = "1.0"

    @property
    def version_number(self) -> int:
        """3 for version 3.0."""
        return int(self.version.removesuffix(".0"))


@dataclass(frozen=True)
class Seed:
    """The content of a seed."""

    api_keys: tuple[str, ...] = ()
    secrets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    instances: tuple[SeedInstance, ...] = ()
    in_progress_polls: int = 2
    fail_upgrades_of: tuple[str, ...] = ()
    refuse_builds: str = ""
    http_503_times: tuple[tuple[str, int], ...] = ()

    def secret_names(self, environment_type: str) -> tuple[str, ...]:
        """The secrets of an environment type, in any case: omctl sends `dev` in a list and `DEV` in a build."""
        return next((names for kind, names in self.secrets if kind == environment_type.upper()), ())


def parse(text: str) -> Seed:
    """Read a seed.

    Raises:
        SeedError: it is invalid; the message has the key, its value and what is expected.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise SeedError(f"the seed is not valid JSON: {error}; give one object, {{}} for an empty start") from None
    keys = _object(value, "the seed", Seed)
    return Seed(
        api_keys=_strings(keys.get("api_keys", []), "api_keys"),
        secrets=tuple((kind.upper(), _strings(names, f"secrets.{kind}")) for kind, names in _pairs(keys, "secrets")),
        instances=tuple(_instance(item, at) for at, item in enumerate(_list(keys.get("instances", []), "instances"))),
        in_progress_polls=_count(keys.get("in_progress_polls", 2), "in_progress_polls"),
        fail_upgrades_of=_strings(keys.get("fail_upgrades_of", []), "fail_upgrades_of"),
        refuse_builds=_string(keys.get("refuse_builds", ""), "refuse_builds"),
        http_503_times=tuple((to, _count(n, f"http_503_times.{to}")) for to, n in _pairs(keys, "http_503_times")),
    )


def _instance(value: object, at: int) -> SeedInstance:
    where = f"instances[{at}]"
    given = {key: _string(text, f"{where}.{key}") for key, text in _object(value, where, SeedInstance).items()}
    for key in ("id", "product"):
        if not given.get(key):
            raise SeedError(f"{where} has no {key!r}; every instance needs 'id' and 'product'")
    version = given.get("version", SeedInstance.version)
    if not re.fullmatch(r"[1-9]\d*\.0", version):
        raise SeedError(f"{where}.version is {version!r}; plan versions are whole numbers written '1.0', '2.0', …")
    kind = given.get("environment_type", SeedInstance.environment_type).upper()
    return SeedInstance(**{"plan": given["product"], **given, "environment_type": kind})


def _object(
    value: object, where: str, kind: type[Seed | SeedInstance]
) -> Mapping[str, Any]:  # Any: JSON, here and below
    if not isinstance(value, dict):
        raise SeedError(f"{where} is {value!r}, not an object")
    known = [each.name for each in fields(kind)]
    unknown = sorted(set(value) - set(known))
    if unknown:
        raise SeedError(f"{where} has the unknown key {unknown[0]!r}; known keys: {', '.join(known)}")
    return value


def _pairs(keys: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
    value = keys.get(key, {})
    if not isinstance(value, dict):
        raise SeedError(f"{key} is {value!r}, not an object")
    return list(value.items())


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise SeedError(f"{where} is {value!r}, not an array")
    return value


def _strings(value: object, where: str) -> tuple[str, ...]:
    return tuple(_string(item, f"{where}[{at}]") for at, item in enumerate(_list(value, where)))


def _string(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise SeedError(f"{where} is {value!r}, not a string")
    return value


def _count(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SeedError(f"{where} is {value!r}, not a number of times (0 or more)")
    return value
