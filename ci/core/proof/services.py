"""The first question of the proof: what does the result mean?

Every service has the keys and values that it had, with aliases, merges and `extends` resolved, but for the pinned keys:
`image` is its reference where the service is to be pinned and what it was elsewhere, and `environment` is what compose
makes of the env files and the explicit variables. The order of keys is not compared here, nor in which of the merged
mappings a key stands.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from ci.core.proof.differences import Difference
from ci.core.proof.document import BREAK
from ci.core.proof.meaning import Keys, Meaning, Token, has_anchor, text_of
from ci.core.proof.nodes import Node, Scalar, deref
from ci.core.targets import Targets

CAPABILITIES, SIDECARS, IMAGE_OF_SIDECAR = "x-omnistrate-capabilities", "sidecars", "imageNameWithTag"
_PINNED = ("build", "image", "env_file", "environment")


@dataclass(frozen=True)
class Services:
    """The services of the source and of the result."""

    before: Meaning
    after: Meaning
    targets: Targets

    def differences(self) -> Iterator[Difference]:
        """Each difference of meaning, service by service."""
        services, services_after = self.before.services(), self.after.services()
        if list(services) != list(services_after):
            place = self.before.child(self.before.document.root, "services")
            yield Difference("`services` has other services, or another order", place.start if place else 0)
            return
        for name, service in services.items():
            path = f"services.{name}"
            keys, keys_after = self.before.keys(service), self.after.keys(services_after[name])
            yield from self._keys(keys, keys_after, service, path)
            chain = self.before.chain(services, name)
            chain_after = self.after.chain(services_after, name)
            yield from self._image(str(name), chain, chain_after)
            yield from self._environment(str(name), chain, chain_after)

    def _keys(self, keys: Keys, keys_after: Keys, service: Node, path: str) -> Iterator[Difference]:
        """Differences of all keys but the pinned ones."""
        for key in {**keys, **keys_after}:
            if key in _PINNED:
                continue
            one, other = keys.get(key), keys_after.get(key)
            if one is None or other is None:
                yield Difference(f"{path}.{key} is {'new' if one is None else 'missing'}", (one or service).start)
            elif key == CAPABILITIES:
                yield from self._capabilities(one, other, f"{path}.{key}")
            elif not self._is_same(one, other):
                yield _changed(f"{path}.{key}", one, other)

    def _is_same(self, one: Node, other: Node) -> bool:
        """Whether two nodes mean the same. Equal texts on one line do, if there is no alias in them."""
        text = self.before.document.text[one.start : one.end]
        if text == self.after.document.text[other.start : other.end] and "*" not in text and not BREAK.search(text):
            return type(one) is type(other)
        return self.before.token(one) == self.after.token(other)

    def _capabilities(self, one: Node, other: Node, path: str) -> Iterator[Difference]:
        """Differences below `x-omnistrate-capabilities`, where own sidecars are pinned."""
        if not self.targets.sidecars:
            if self.before.token(one) != self.after.token(other):
                yield _changed(path, one, other)
            return
        yield from self._all_but({SIDECARS}, one, other, path)
        sidecars = self.before.keys(self.before.child(one, SIDECARS))
        sidecars_after = self.after.keys(self.after.child(other, SIDECARS))
        path = f"{path}.{SIDECARS}"
        if sidecars.keys() != sidecars_after.keys():
            yield Difference(f"{path} has other keys", one.start, has_anchor(one))
            return
        for name, sidecar in sidecars.items():
            reference = self.targets.sidecars.get(str(name))
            pinned = set() if reference is None else {IMAGE_OF_SIDECAR}
            yield from self._all_but(pinned, sidecar, sidecars_after[name], f"{path}.{name}")
            image = self.after.child(sidecars_after[name], IMAGE_OF_SIDECAR)
            if pinned & self.before.keys(sidecar).keys() and text_of(image) != reference:
                yield Difference(f"{path}.{name}.{IMAGE_OF_SIDECAR} is not {reference}", sidecar.start)

    def _all_but(self, pinned: set[str], one: Node, other: Node, path: str) -> Iterator[Difference]:
        """Differences of two mappings but for some keys."""
        keys, keys_after = self.before.keys(one), self.after.keys(other)
        if keys.keys() != keys_after.keys():
            yield Difference(f"{path} has other keys", one.start, has_anchor(one))
        for key, value in keys.items():
            is_compared = key in keys_after and key not in pinned
            if is_compared and self.before.token(value) != self.after.token(keys_after[key]):
                yield _changed(f"{path}.{key}", value, keys_after[key])

    def _image(self, name: str, chain: list[Node], chain_after: list[Node]) -> Iterator[Difference]:
        """A service that is to be pinned has its reference as `image`, any other the `image` that it had."""
        image = next((keys["image"] for keys in map(self.before.keys, chain) if "image" in keys), None)
        after = next((keys["image"] for keys in map(self.after.keys, chain_after) if "image" in keys), None)
        reference = self.targets.images.get(name)
        if reference is None and any("build" in self.before.keys(layer) for layer in chain):
            yield Difference(f"services.{name} has a `build`, and there is no reference for it", chain[0].start)
        expected = text_of(image) if reference is None else reference
        if text_of(after) != expected:
            what = f"services.{name}.image is {text_of(after)!r} instead of {expected!r}"
            yield Difference(what, (image or chain[0]).start, has_anchor(image))

    def _environment(self, name: str, chain: list[Node], chain_after: list[Node]) -> Iterator[Difference]:
        """The variables are those of the env files, and over them the explicit ones, as compose has them.

        A value is never in the message: it may be a secret.
        """
        has_env_file = any("env_file" in self.before.keys(layer) for layer in chain)
        if not has_env_file and len(chain) == len(chain_after) == 1:
            one, other = self.before.child(chain[0], "environment"), self.after.child(chain_after[0], "environment")
            if one is other is None or (one and other and self._is_same(one, other)):
                return
        expected: dict[Hashable, Token] = {}
        found: dict[Hashable, Token] = {}
        if has_env_file:
            entries = self.targets.environment.get(name, {})
            expected |= {variable: self.before.string(value) for variable, value in entries.items()}
        for layer in reversed(chain):
            expected |= self.before.variables(self.before.child(layer, "environment"))
        for layer in reversed(chain_after):
            found |= self.after.variables(self.after.child(layer, "environment"))
        place, at = (
            self.before.child(chain[0], "environment"),
            self.before.place_of(chain[0], "environment", "env_file"),
        )
        for variable in {**expected, **found}:
            if expected.get(variable) != found.get(variable):
                how = "is missing" if variable not in found else "is new" if variable not in expected else "is changed"
                yield Difference(f"services.{name}.environment.{variable} {how}", at, has_anchor(place))


def _changed(path: str, one: Node, other: Node) -> Difference:
    """A value that is another; both are named if they are scalars."""
    before, after = deref(one), deref(other)
    sides = ""
    if isinstance(before, Scalar) and isinstance(after, Scalar) and before.value != after.value:
        sides = f": {before.value!r} became {after.value!r}"
    return Difference(f"{path} is changed{sides}", one.start, has_anchor(one))
