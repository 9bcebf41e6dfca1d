"""A build request: what is invalid, and what describes its version afterwards; the list of products."""

import json
from dataclasses import replace

import pytest
from standin_requests import SEED, build_body, send

from ci.rehearsal.seed import parse
from ci.rehearsal.state import initial_state


@pytest.mark.parametrize("body", [[], {"fileContent": "%"}, {"fileContent": "/w=="}, {"fileContent": 1}])
def test_an_invalid_build_request_is_400(body: object) -> None:
    assert send(initial_state(SEED), "PUT", "/service/composespec", body)[1] == 400


def test_a_build_is_described_with_its_resources() -> None:
    state, status, body = send(initial_state(SEED), "PUT", "/service/composespec", build_body())
    ids = json.loads(body)
    assert (status, ids["isNewServicePlanVersionCreated"]) == (200, True)
    plan = f"/service/{ids['serviceID']}/productTier/{ids['productTierID']}"
    state, _, body = send(state, "GET", f"{plan}/version-set")
    latest = json.loads(body)["tierVersionSets"][0]
    assert (latest["version"], latest["status"]) == ("2.0", "Active")
    (resource,) = latest["resources"]
    query = f"ProductTierId={ids['productTierID']}&ProductTierVersion=2.0"
    _, status, body = send(state, "GET", f"/service/{ids['serviceID']}/resource/{resource['id']}?{query}")
    assert (status, json.loads(body)["name"]) == (200, "a")


def test_the_list_of_products_has_their_environments_with_types_and_plans() -> None:
    seed = parse(
        json.dumps({"api_keys": ["k"], "instances": [{"id": "i", "product": "P", "environment_type": "prod"}]})
    )
    _, status, body = send(initial_state(replace(SEED, instances=seed.instances)), "GET", "/service")
    listed = json.loads(body)
    (service,) = listed["services"]
    (environment,) = service["serviceEnvironments"]
    assert (status, listed["ids"], service["name"]) == (200, [service["id"]], "P")
    assert (environment["name"], environment["type"]) == ("Dev", "PROD")
    assert [plan["name"] for plan in environment["servicePlans"]] == ["P"]


def test_without_a_product_the_list_is_empty() -> None:
    _, _, body = send(initial_state(replace(SEED, instances=())), "GET", "/service")
    assert json.loads(body) == {"ids": [], "services": []}
