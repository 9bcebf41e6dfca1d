"""omctl's responses about environments, secrets and instances."""

import pytest
from fakes import json_response
from omctl_samples import DEPLOYED, LISTED_ENVIRONMENT, READERS

from ci.core.omctl.model import Deployment, Environment, Instance
from ci.errors import OmnistrateError

RESOURCE = {"resourceName": "web", "additionalInfo": {"image": "o/web:1"}}


@pytest.mark.parametrize(
    ("reader", "response", "expected"),
    [
        ("environment list", [LISTED_ENVIRONMENT], (Environment("Shop", "Dev", "dev"),)),
        ("environment list", [{**LISTED_ENVIRONMENT, "environment_type": ""}], (Environment("Shop", "Dev", ""),)),
        ("environment list", [], ()),
        ("secret list", {"secrets": [{"name": "a"}, {"name": "b"}]}, frozenset({"a", "b"})),
        ("secret list", [{"name": "a"}], frozenset({"a"})),
        ("secret list", {"secrets": []}, frozenset()),
        ("secret list", {"secrets": None}, frozenset()),
        (
            "instance list",
            [{"instance_id": "instance-1", "environment": "Dev", "version": "1.0", "status": "RUNNING", "plan": "P"}],
            (Instance("instance-1", "Dev", "1.0", "RUNNING", "P"),),
        ),
        ("instance list", {"instance_id": "instance-1"}, (Instance("instance-1", "", "", ""),)),
        ("instance list", [], ()),
        ("instance list", None, ()),
        ("instance describe", DEPLOYED, Deployment("s-1", "pt-1", "1.0")),
        ("instance describe", {**DEPLOYED, "resourceDeploymentStatus": None}, Deployment("s-1", "pt-1", "1.0")),
        ("instance describe", {**DEPLOYED, "status": "FAILED"}, Deployment("s-1", "pt-1", "1.0", "FAILED")),
        (
            "instance describe",
            {**DEPLOYED, "resourceDeploymentStatus": [RESOURCE, {**RESOURCE, "additionalInfo": None}, {}, None]},
            Deployment("s-1", "pt-1", "1.0", "", (("web", "o/web:1"),)),
        ),
    ],
)
def test_a_complete_response_is_read(reader: str, response: object, expected: object) -> None:
    assert READERS[reader](json_response(response)) == expected


@pytest.mark.parametrize(
    ("reader", "response"),
    [
        ("environment list", [{**LISTED_ENVIRONMENT, "service_name": ""}]),
        ("environment list", [{"environment_name": "Dev"}]),
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
