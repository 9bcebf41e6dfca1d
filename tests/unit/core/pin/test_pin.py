"""The pin as a whole: its changes and warnings; the goldens have whole files."""

import pytest

from ci.core.compose.parse import parse
from ci.core.pin.pin import Change, pin
from ci.core.targets import Targets
from ci.errors import ConfigurationError

OWN = "r.example/o/shop-web"
TAG = "sha-" + "0" * 40
TARGETS = Targets({"web": f"{OWN}:{TAG}"}, {"helper": f"{OWN}:{TAG}"}, {}, frozenset({OWN}), TAG)
TEXT = f"""\
services:
  db: {{image: postgres:16}}
  web:
    x-omnistrate-capabilities:
      sidecars:
        helper: {{imageNameWithTag: {OWN}:latest}}
        other: {{imageNameWithTag: other:1}}
    build: .
"""


def test_every_change_is_listed_by_its_line() -> None:
    pinned = pin(parse(TEXT, "compose.yaml"), TARGETS)
    assert [str(change) for change in pinned.changes] == [
        f"web: (build only) → {OWN}:{TAG}",
        f"web/helper: {OWN}:latest → {OWN}:{TAG}",
    ]
    assert [change.line for change in pinned.changes] == [3, 6]
    assert pinned.text == TEXT.replace("build: .", f"image: {OWN}:{TAG}").replace(f"{OWN}:latest", f"{OWN}:{TAG}")


def test_a_change_of_a_fragment_is_listed_once_for_each_service() -> None:
    text = "x: &x {build: .}\nservices:\n  web: {<<: *x}\n  worker: {<<: *x}\n"
    targets = Targets({"web": f"{OWN}:{TAG}", "worker": f"{OWN}:{TAG}"}, {}, {}, frozenset({OWN}), TAG)
    changes = pin(parse(text, "f"), targets).changes
    assert changes == (Change("web", "", f"{OWN}:{TAG}", 3), Change("worker", "", f"{OWN}:{TAG}", 4))


def test_a_service_that_is_built_and_has_no_reference_fails_the_proof() -> None:
    with pytest.raises(ConfigurationError):
        pin(parse("services:\n  mail: {build: .}\n", "f"), TARGETS)
