"""omctl's responses about service plans and their versions."""

import pytest
from fakes import json_response
from omctl_samples import BUILT, LISTED_PLAN, LISTED_VERSION, PLAN, READERS, VERSION

from ci.core.omctl.model import ListedVersion, PlanVersion
from ci.core.omctl.plan_responses import Built
from ci.errors import OmnistrateError

UNDESCRIBED = ListedVersion("2.0", "", preferred=False)
DESCRIBED = ListedVersion("2.0", "1.2.0", preferred=True)
BUILT_ANEW = {
    **BUILT,
    "release_description": "1.2.0",
    "version_set_status": "Preferred",
    "is_new_service_plan_version_created": True,
}


@pytest.mark.parametrize(
    ("reader", "response", "expected"),
    [
        ("build", BUILT, Built(VERSION, UNDESCRIBED, new=False)),
        ("build", BUILT_ANEW, Built(VERSION, DESCRIBED, new=True)),
        (
            "build",
            {**BUILT, "environment": "QA"},
            Built(PlanVersion("s-1", "pt-1", "Shop Plan", "2.0", "QA"), UNDESCRIBED, new=False),
        ),
        (
            "build",
            {"service_id": "s-1", "plan_id": "pt-1", "version": "2.0"},
            Built(PlanVersion("s-1", "pt-1", "", "2.0", "Dev"), UNDESCRIBED, new=False),
        ),
        ("service-plan describe-version", LISTED_VERSION, DESCRIBED),
        ("service-plan describe-version", {"version": "2.0", "version_set_status": "Active"}, UNDESCRIBED),
        ("service-plan describe-version", {**LISTED_VERSION, "version_set_status": "PREFERRED"}, DESCRIBED),
        ("service-plan list", [LISTED_PLAN], (PLAN,)),
        ("service-plan list", None, ()),
        ("service-plan list-versions", [LISTED_VERSION], (DESCRIBED,)),
        ("service-plan list-versions", LISTED_VERSION, (DESCRIBED,)),
        ("service-plan list-versions", [{**LISTED_VERSION, "plan_id": "pt-10"}, LISTED_VERSION], (DESCRIBED,)),
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
        ("service-plan describe-version", {"version": "2.0"}),
        ("service-plan describe-version", {**LISTED_VERSION, "version": "1.0"}),
        ("service-plan list", [{**LISTED_PLAN, "plan_id": ""}]),
        ("service-plan list", [{**LISTED_PLAN, "service_name": None}]),
        ("service-plan list-versions", [{**LISTED_VERSION, "version": ""}]),
        ("service-plan list-versions", [LISTED_VERSION, {"error": "boom"}]),
    ],
)
def test_a_response_that_lacks_a_required_value_is_an_error(reader: str, response: object) -> None:
    with pytest.raises(OmnistrateError, match="responded with something unexpected"):
        READERS[reader](json_response(response))
