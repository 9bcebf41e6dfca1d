"""`extends`: which service of the same file another one takes its keys from.

Compose (compose-go, loader/extends.go) lays a service over the one that it extends: a single value wins over the
base's, and `build`, `environment` and other mappings are merged key by key. The pinned file keeps `extends`. A base in
another file is refused, since omctl is given one file alone.
"""

from collections.abc import Mapping

from ci.core.yaml.document import Document
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Pair, Scalar, Value
from ci.errors import Problem

MAX_CHAIN = 100
"""How many services may extend each other in a row."""


def extends_chains(
    document: Document, services: Mapping[str, Pair], problems: list[Problem]
) -> dict[str, tuple[str, ...]]:
    """For each service that extends another, the chain of names: its last base first, itself last.

    An `extends` that is not supported is added to `problems`.
    """
    bases: dict[str, str] = {}
    for name, service in services.items():
        extends = effective(service.value).get("extends")
        if extends is None:
            continue
        base = _base(document, name, extends, services)
        if isinstance(base, str):
            bases[name] = base
        else:
            problems.append(base)
    chains: dict[str, tuple[str, ...]] = {}
    for name in bases:
        chain = [name]
        while chain[-1] in bases and len(chain) <= MAX_CHAIN and bases[chain[-1]] not in chain:
            chain.append(bases[chain[-1]])
        if chain[-1] not in bases:
            chains[name] = tuple(reversed(chain))
            continue
        extends = effective(services[name].value)["extends"]
        problems.append(_endless(document, extends, name, [*chain, bases[chain[-1]]]))
    return chains


def _base(document: Document, name: str, extends: Pair, services: Mapping[str, Pair]) -> str | Problem:
    """The name of the service that one extends, or what is wrong with its `extends`."""
    keys = effective(extends.value)
    service = keys["service"].value if "service" in keys else extends.value
    if "file" in keys:
        return document.problem(
            extends.key,
            f"Service `{name}` extends one of another file, and omctl is given one file alone",
            value=_scalar_value(keys["file"].value),
            expected="`extends` of a service of the same file, or a merge (`<<: *base`)",
            hint="write the inherited keys out, or move the other service here",
        )
    if not isinstance(service, Scalar) or service.value not in services:
        return document.problem(
            extends.key,
            f"Service `{name}` extends one that does not exist",
            value=_scalar_value(service),
            expected="the name of a service of this file",
            hint="correct the name below `extends`",
        )
    return service.value


def _endless(document: Document, extends: Pair, name: str, chain: list[str]) -> Problem:
    circular = chain[-1] in chain[:-1]
    return document.problem(
        extends.key,
        f"Service `{name}` extends itself" if circular else "Too many services extend each other in a row",
        value=" → ".join([*chain[:-1][:5], chain[-1]]),
        expected=f"a chain without a circle, of at most {MAX_CHAIN} services",
        hint="remove one `extends` of the chain",
    )


def _scalar_value(node: Value) -> str:
    return node.value if isinstance(node, Scalar) else ""
