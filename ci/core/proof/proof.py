"""The proof of a pin: the result, read again, means what its source means but for the pinned places.

It shares nothing with the edit but the parser and its nodes: it resolves anchors, aliases, merges and `extends` by
itself, and knows no span that was edited. Two questions are asked of the result:

- **What does it mean** (this file): every service has the keys it had, each with the value it had, aliases and merges
  resolved; an own image is exactly its reference; no `build` and no `env_file` is left in any layer of a service; each
  `environment` is what compose makes of it and the env files today; what stands outside of the services means the same.
- **How is it written** (`ci.core.proof.written`): byte for byte as before, outside of the pinned places.

Deliberately equal, here: the order of keys, and where in the merged layers a value stands. A scalar is its text, its
tag and whether it is plain, so that `012`, `"012"` and `10` are three.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ci.core.proof.leftovers import left_over
from ci.core.proof.meaning import Meaning, Token, deref, value_of
from ci.core.proof.written import Allowed, Written, written_differences
from ci.core.references import mentions_of
from ci.core.targets import Targets
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Alias, Node, Scalar
from ci.core.yaml.parse import read
from ci.errors import ConfigurationError, Problem

DIFFERS = "The pinned file would differ from its source in more than the pinned places"
_GONE = frozenset({"build", "env_file"})
_PINNED = ("build", "image", "env_file", "environment")
_CAPABILITIES = "x-omnistrate-capabilities"
_SHOWN = 10
_ALIAS_OR_BREAK = re.compile("[*\r\n\x85\u2028\u2029]")


def prove(source: Document, result: str, targets: Targets) -> None:
    """Hold the result against the source.

    Raises:
        ConfigurationError: the result is no YAML, holds a key twice, differs anywhere else, or would leave an own image
            on another tag; every difference.
    """
    after = read(result, source.file)
    tokens: dict[object, Token] = {}
    one, other = Meaning(source, tokens), Meaning(after, tokens)
    found = list(_Services(one, other, targets).differences())
    written = written_differences(source, after, _allowed(one, targets))
    found += written.differences
    found += _alias_differences(one, other, written)
    problems = [
        Problem(
            what=DIFFERS,
            value=difference,
            file=source.file,
            expected="equal but for `build`, `image`, `env_file` and own sidecars; nothing was written",
            hint="write the keys out in each service instead of sharing them by an anchor, and report this file",
        )
        for difference in found[:_SHOWN]
    ]
    problems += left_over(source, after, targets)
    if problems:
        raise ConfigurationError(*problems)


@dataclass(frozen=True)
class _Services:
    """The services of both documents, held against each other."""

    before: Meaning
    after: Meaning
    targets: Targets

    def differences(self) -> Iterator[str]:
        wanted, got = self.before.services(), self.after.services()
        if list(wanted) != list(got):
            yield "the services are others, or in another order"
            return
        for name, service in wanted.items():
            path = f"services.{name}"
            one, other = self.before.keys(service), self.after.keys(got[name])
            yield from self.keys(one, other, path)
            chain, chain_after = self.before.chain(wanted, name), self.after.chain(got, name)
            yield from self.image(str(name), chain, chain_after)
            for layer in self.after.layers(got[name]):
                for key, _ in layer.items:
                    if isinstance(key, Scalar) and key.value in _GONE:
                        yield f"{path}.{key.value} is left"
            yield from self.environment(str(name), chain, chain_after)

    def keys(self, one: dict[object, Node], other: dict[object, Node], path: str) -> Iterator[str]:
        """Differences of all but the pinned keys."""
        for key in {**one, **other}:
            if key in _PINNED:
                continue
            if key not in other or key not in one:
                yield f"{path}.{key} is {'gone' if key in one else 'new'}"
            elif key == _CAPABILITIES:
                yield from self.capabilities(one[key], other[key], f"{path}.{key}")
            elif not self.same(one[key], other[key]):
                yield f"{path}.{key} is another"

    def same(self, one: Node, other: Node) -> bool:
        """Whether two nodes mean the same: on one line and without an alias they do if their texts are equal."""
        text = self.before.document.text[one.start : one.end]
        if text == self.after.document.text[other.start : other.end] and not _ALIAS_OR_BREAK.search(text):
            return type(one) is type(other)
        return self.before.token(one) == self.after.token(other)

    def capabilities(self, one: Node, other: Node, path: str) -> Iterator[str]:
        """Differences below `x-omnistrate-capabilities`, where own sidecars have their references."""
        if self.before.token(one) == self.after.token(other) and not self.targets.sidecars:
            return
        yield from self.all_but("sidecars", self.before.keys(one), self.after.keys(other), path)
        group = self.before.keys(self.before.child(one, "sidecars"))
        group_after = self.after.keys(self.after.child(other, "sidecars"))
        path = f"{path}.sidecars"
        if group.keys() != group_after.keys():
            yield f"{path} has other keys"
            return
        for name, sidecar in group.items():
            expected = self.targets.sidecars.get(str(name))
            keys, keys_after = self.before.keys(sidecar), self.after.keys(group_after[name])
            skipped = None if expected is None else "imageNameWithTag"
            yield from self.all_but(skipped, keys, keys_after, f"{path}.{name}")
            if skipped in keys and value_of(keys_after.get(skipped)) != expected:
                yield f"{path}.{name}.{skipped} is another"

    def all_but(self, skipped: object, one: dict[object, Node], other: dict[object, Node], path: str) -> Iterator[str]:
        if one.keys() != other.keys():
            yield f"{path} has other keys"
        for key in one.keys() & other.keys() - {skipped}:
            if self.before.token(one[key]) != self.after.token(other[key]):
                yield f"{path}.{key} is another"

    def image(self, name: str, chain: list[Node], chain_after: list[Node]) -> Iterator[str]:
        """An own image is exactly its reference, any other what it was."""
        before = next((keys["image"] for keys in map(self.before.keys, chain) if "image" in keys), None)
        after = next((keys["image"] for keys in map(self.after.keys, chain_after) if "image" in keys), None)
        expected = self.targets.images.get(name)
        if expected is None and any("build" in self.before.keys(link) for link in chain):
            yield f"services.{name} is built, and has no reference"
        if value_of(after) != (value_of(before) if expected is None else expected):
            yield f"services.{name}.image is another"

    def environment(self, name: str, chain: list[Node], chain_after: list[Node]) -> Iterator[str]:
        """The variables are what compose makes of them today: those of the env files, and over them the explicit."""
        right: dict[object, Token] = {}
        got: dict[object, Token] = {}
        read = any("env_file" in self.before.keys(link) for link in chain)
        if not read and len(chain) == len(chain_after) == 1:
            one = self.before.keys(chain[0]).get("environment")
            other = self.after.keys(chain_after[0]).get("environment")
            if one is other is None or (one and other and self.same(one, other)):
                return
        if read:
            entries = self.targets.environment.get(name, {})
            right |= {variable: self.before.text(value) for variable, value in entries.items()}
        for link in reversed(chain):
            right |= self.before.variables(self.before.keys(link).get("environment"))
        for link in reversed(chain_after):
            got |= self.after.variables(self.after.keys(link).get("environment"))
        for variable in {**right, **got}:
            if right.get(variable) != got.get(variable):
                yield f"services.{name}.environment.{variable} is another"


def _allowed(before: Meaning, targets: Targets) -> Allowed:
    """Where the text may be another, and what may stand there."""
    allowed = Allowed(references=frozenset(targets.images.values()))
    services = before.services()
    allowed.services = deref(before.child(before.document.root, "services"))
    for service in services.values():
        for layer in before.layers(service):
            if id(layer) in allowed.fragments:
                continue
            allowed.fragments.add(id(layer))
            for key, value in layer.items:
                if isinstance(key, Scalar) and key.value == "image":
                    _allow(allowed, value, targets, allowed.references)
                    allowed.images.add(value_of(value) or "")
                elif isinstance(key, Scalar) and key.value == "environment":
                    meant = deref(value)
                    allowed.environments |= {id(meant), *(id(one) for one in before.layers(value))}
        for name, sidecar in before.keys(before.child(service, _CAPABILITIES, "sidecars")).items():
            place = before.keys(sidecar).get("imageNameWithTag")
            if place is not None and str(name) in targets.sidecars:
                _allow(allowed, place, targets, frozenset({targets.sidecars[str(name)]}))
    return allowed


def _allow(allowed: Allowed, place: Node, targets: Targets, references: frozenset[str]) -> None:
    known = allowed.places.setdefault(id(place), references)
    if known is not references:
        allowed.places[id(place)] = known | references
    meant = deref(place)
    if isinstance(place, Alias) and isinstance(meant, Scalar) and mentions_of(targets.repositories, meant.value):
        allowed.places.setdefault(id(meant), references)


def _alias_differences(before: Meaning, after: Meaning, written: Written) -> Iterator[str]:
    """Aliases outside of the services, and what was an alias, mean what they meant."""
    for alias, node in written.aliases:
        if before.token(alias) != after.token(node):
            yield f"`*{alias.name}` in line {before.document.line(alias)} stands for something else"
