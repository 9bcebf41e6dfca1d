"""What is there when the stand-in starts, and which faults it shows: one JSON object.

```
{"api_keys": ["om_rehearsal"],                                    keys that sign in; with none, nobody does
 "secrets": {"DEV": ["dbPassword"], "PROD": []},                  names for each environment type; no values are kept
 "instances": [{"id": "instance-dev", "product": "P",             each brings its product, environment and plan along,
                "environment": "Dev", "environment_type": "DEV",  with released versions up to its own, the last one
                "plan": "P", "version": "1.0"}],                  preferred
 "in_progress_queries": 2,                                        looks that say IN_PROGRESS, after one SCHEDULED
 "fail_upgrades_of": ["instance-dev"],                            their upgrades end FAILED
 "refuse_builds": "reason",                                       every build is refused with it
 "http_503_times": {"PUT /2022-09-01-00/service": 2}}             so many answers 503 before the first real one
```
Every key may be left out but `id` and `product` of an instance; the others have the defaults shown, and `plan` has the
product's name. An unknown key is an error, so that a misspelt fault is not passed over.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


class SeedError(ValueError):
    """The seed is not what it must be."""


@dataclass(frozen=True)
class SeedInstance:
    """An instance that runs before the first build."""

    id: str
    product: str
    environment: str = "Dev"
    environment_type: str = "DEV"
    plan: str = ""
    version: str = "1.0"


@dataclass(frozen=True)
class Seed:
    """The stand-in's start and its faults."""

    api_keys: tuple[str, ...] = ()
    secrets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    instances: tuple[SeedInstance, ...] = ()
    in_progress_queries: int = 2
    fail_upgrades_of: tuple[str, ...] = ()
    refuse_builds: str = ""
    http_503_times: tuple[tuple[str, int], ...] = ()

    def secret_names(self, environment_type: str) -> tuple[str, ...]:
        """The secrets of an environment type, in any case: `omctl secret list dev`, but `DEV` in a build."""
        return next((names for kind, names in self.secrets if kind == environment_type.upper()), ())


def parse(text: str) -> Seed:
    """Read a seed; say which key is wrong, what it holds and what it should."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise SeedError(f"the seed is no JSON: {error}; give one object, or {{}} for an empty start") from None
    known = _object(value, "the seed", Seed)
    return Seed(
        api_keys=_texts(known.get("api_keys", []), "api_keys"),
        secrets=tuple((kind.upper(), _texts(names, f"secrets.{kind}")) for kind, names in _pairs(known, "secrets")),
        instances=tuple(_instance(item, at) for at, item in enumerate(_list(known.get("instances", []), "instances"))),
        in_progress_queries=_count(known.get("in_progress_queries", 2), "in_progress_queries"),
        fail_upgrades_of=_texts(known.get("fail_upgrades_of", []), "fail_upgrades_of"),
        refuse_builds=_text(known.get("refuse_builds", ""), "refuse_builds"),
        http_503_times=tuple((to, _count(n, f"http_503_times.{to}")) for to, n in _pairs(known, "http_503_times")),
    )


def _instance(value: object, at: int) -> SeedInstance:
    where = f"instances[{at}]"
    fields = {key: _text(text, f"{where}.{key}") for key, text in _object(value, where, SeedInstance).items()}
    for key in ("id", "product"):
        if not fields.get(key):
            raise SeedError(f"{where} has no {key!r}; every instance needs 'id' and 'product'")
    instance = SeedInstance(**{"plan": fields["product"], **fields})
    if not instance.version.removesuffix(".0").isdigit() or not instance.version.endswith(".0"):
        raise SeedError(
            f"{where}.version is {instance.version!r}; plan versions are whole numbers written '1.0', '2.0', ..."
        )
    return instance


def _object(value: object, where: str, kind: type[Seed | SeedInstance]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise SeedError(f"{where} is {value!r}, not an object")
    known = [each.name for each in fields(kind)]
    unknown = sorted(set(value) - set(known))
    if unknown:
        raise SeedError(f"{where} has the unknown key {unknown[0]!r}; known are {', '.join(known)}")
    return value


def _pairs(known: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
    value = known.get(key, {})
    if not isinstance(value, dict):
        raise SeedError(f"{key} is {value!r}, not an object")
    return list(value.items())


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise SeedError(f"{where} is {value!r}, not a list")
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    return tuple(_text(item, f"{where}[{at}]") for at, item in enumerate(_list(value, where)))


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise SeedError(f"{where} is {value!r}, not a text")
    return value


def _count(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SeedError(f"{where} is {value!r}, not a count")
    return value
