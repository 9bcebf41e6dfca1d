"""omctl's responses about plan versions, secrets and instances."""

import pytest
from fakes import json_response
from omctl_samples import BUILT, DEPLOYED, READERS, VERSION

from ci.core.omctl.model import Deployment, Instance, PlanVersion
from ci.errors import OmnistrateError


@pytest.mark.parametrize(
    ("reader", "response", "expected"),
    [
        ("build", BUILT, VERSION),
        ("build", {**BUILT, "environment": "QA"}, PlanVersion("s-1", "pt-1", "Shop Plan", "2.0", "QA")),
        (
            "build",
            {"service_id": "s-1", "plan_id": "pt-1", "version": "2.0"},
            PlanVersion("s-1", "pt-1", "", "2.0", "Dev"),
        ),
        ("service-plan describe-version", {"version": "2.0", "version_set_status": "Preferred"}, None),
        ("service-plan describe-version", {"version": "2.0", "version_set_status": "PREFERRED"}, None),
        ("secret list", {"secrets": [{"name": "a"}, {"name": "b"}]}, frozenset({"a", "b"})),
        ("secret list", [{"name": "a"}], frozenset({"a"})),
        ("secret list", {"secrets": []}, frozenset()),
        ("secret list", {"secrets": None}, frozenset()),
        (
            "instance list",
            [{"instance_id": "instance-1", "environment": "Dev", "version": "1.0", "status": "RUNNING", "more": 1}],
            (Instance("instance-1", "Dev", "1.0", "RUNNING"),),
        ),
        ("instance list", {"instance_id": "instance-1"}, (Instance("instance-1", "", "", ""),)),
        ("instance list", [], ()),
        ("instance list", None, ()),
        ("instance describe", DEPLOYED, Deployment("s-1", "pt-1", "1.0")),
        ("instance describe", {**DEPLOYED, "resourceDeploymentStatus": None}, Deployment("s-1", "pt-1", "1.0")),
    ],
)
def test_a_complete_response_is_read(reader: str, response: object, expected: object) -> None:
    assert READERS[reader](json_response(response)) == expected


@pytest.mark.parametrize(
    ("reader", "response"),
    [
        ("build", {**BUILT, "version": ""}),
        ("build", {**BUILT, "version": None}),
        ("build", {**BUILT, "plan_id": ""}),
        ("build", {**BUILT, "service_id": ""}),
        ("build", [BUILT]),
        ("service-plan describe-version", {"version": "2.0", "version_set_status": "Active"}),
        ("service-plan describe-version", {"version": "2.0"}),
        ("service-plan describe-version", {"version": "1.0", "version_set_status": "Preferred"}),
        ("secret list", {"secrets": ["a"]}),
        ("secret list", {"secrets": [{"key": "a"}]}),
        ("secret list", {"secrets": "a"}),
        ("secret list", {}),
        ("instance list", [{"id": "instance-1"}]),
        ("instance list", [{"instance_id": ""}]),
        ("instance list", [{"instance_id": "instance-1"}, {"error": "boom"}]),
        ("instance describe", [DEPLOYED]),
        ("instance describe", {**DEPLOYED, "instanceId": "instance-10"}),
        ("instance describe", {**DEPLOYED, "serviceId": ""}),
        ("instance describe", {**DEPLOYED, "productTierId": None}),
        ("instance describe", {**DEPLOYED, "tierVersion": ""}),
    ],
)
def test_a_response_that_lacks_a_required_value_is_an_error(reader: str, response: object) -> None:
    with pytest.raises(OmnistrateError, match="responded with something unexpected"):
        READERS[reader](json_response(response))
