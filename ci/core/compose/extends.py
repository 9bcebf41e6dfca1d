"""`extends`: which service of the same file another one takes its keys from, as compose resolves it.

Compose (compose-go, loader/extends.go) lays a service over the one that it extends: a single value wins over the
base's, and `build`, `environment` and other mappings are merged key by key. The text keeps its `extends`: whoever reads
the pinned file resolves it again. A base in another file is refused, since omctl is handed one file alone.
"""

from collections.abc import Mapping

from ci.core.yaml.nodes import Document, Pair, Scalar, effective
from ci.errors import Problem

LONGEST = 100
"""How many services may extend each other in a row."""


def bases(document: Document, services: Mapping[str, Pair], problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """For each service that extends another the whole chain, its last base first and itself last.

    What can't be followed is added to `problems`.
    """
    base: dict[str, str] = {}
    for name, service in services.items():
        place = document.effective(service.value).get("extends")
        if place is None:
            continue
        found = _base(document, name, place, services)
        if isinstance(found, str):
            base[name] = found
        else:
            problems.append(found)
    chains: dict[str, tuple[str, ...]] = {}
    for name in base:
        chain = [name]
        while chain[-1] in base and len(chain) <= LONGEST and base[chain[-1]] not in chain:
            chain.append(base[chain[-1]])
        if chain[-1] not in base:
            chains[name] = tuple(reversed(chain))
            continue
        problems.append(
            document.problem(
                document.effective(services[name].value)["extends"].key,
                f"Service `{name}` extends itself" if base[chain[-1]] in chain else "`extends` goes on for too long",
                value=" → ".join([*chain[:5], base[chain[-1]]]),
                expected=f"a service that extends none of those that extend it, at most {LONGEST} in a row",
                hint="take one `extends` out",
            )
        )
    return chains


def _base(document: Document, name: str, place: Pair, services: Mapping[str, Pair]) -> str | Problem:
    keys = effective(place.value)
    service = keys["service"].value if "service" in keys else place.value
    if "file" in keys:
        return document.problem(
            place.key,
            f"Service `{name}` extends one of another file, and omctl is handed one file alone",
            value=str(getattr(keys["file"].value, "value", "")),
            expected="`extends` of a service of the same file, or a merge (`<<: *base`)",
            hint="write its keys out, or move the other service here",
        )
    if not isinstance(service, Scalar) or service.value not in services:
        return document.problem(
            place.key,
            f"Service `{name}` extends one that is not there",
            value=str(getattr(service, "value", "")),
            expected="the name of a service of this file",
            hint="mend the name",
        )
    return service.value
