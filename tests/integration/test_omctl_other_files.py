"""What the real omctl makes of a compose file that needs others: with or without them beside it, not what it means."""

from typing import Any

import pytest
import yaml
from omctl_product import build
from real_omctl import RealOmctl, printed

from ci.core.flatten.flatten import flatten

pytestmark = pytest.mark.integration
BASE = "services:\n  app:\n    image: postgres:16\n    environment: {A: base}\n"
EXTENDS = "services:\n  web:\n    extends: {file: base.yaml, service: app}\n    image: nginx:1\n"
INCLUDE = "include: [base.yaml]\nservices:\n  web:\n    image: nginx:1\n"


def services(omctl: RealOmctl, text: str) -> dict[str, Any]:
    omctl.write(text)
    printed(build(omctl))
    found: dict[str, Any] = yaml.safe_load(omctl.state()["plans"][-1]["versions"][-1]["compose"])["services"]
    return found


@pytest.mark.parametrize("text", [EXTENDS, INCLUDE])
def test_omctl_sends_a_file_that_needs_another_one_as_it_is(text: str, omctl: RealOmctl) -> None:
    (omctl.work / "base.yaml").write_text(BASE)
    assert services(omctl, text) == yaml.safe_load(text)["services"]


def test_omctl_sends_all_of_a_flat_file(omctl: RealOmctl) -> None:
    for text, name, image in ((EXTENDS, "web", "nginx:1"), (INCLUDE, "app", "postgres:16")):
        flat = flatten({"compose.yaml": text, "base.yaml": BASE}, "compose.yaml", lambda *_: {})
        assert flat is not None
        found = services(omctl, flat.text)
        assert found[name] == {"image": image, "environment": {"A": "base"}}
