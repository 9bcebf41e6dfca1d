"""Searches, and the list of upgrades with its conditions and pages."""

import json
from collections.abc import Sequence

import pytest
from standin_requests import COMPOSE, SEED, build_body, send

from ci.rehearsal.state import State, initial_state
from ci.rehearsal.state_json import as_json


@pytest.mark.parametrize(
    ("query", "filters", "count"),
    [
        ("resourceinstance:i", {}, 1),
        ("resourceinstance:instance-1", {}, 1),
        ("resourceinstance:instance-2", {}, 0),
        ("resourceinstance:i", {"serviceName": "p", "environmentName": "dev"}, 1),
        ("resourceinstance:i", {"environmentName": "Prod"}, 0),
        ("service:P", {}, 1),
        ("service:Q", {}, 0),
        ("serviceplan:pt-", {}, 1),
        ("upgradepath:upgrade-1", {}, 0),
    ],
)
def test_a_search(query: str, filters: dict[str, str], count: int) -> None:
    request = {"query": query, "filters": {"resourceInstance": {"predicates": [filters]}} if filters else None}
    _, status, body = send(initial_state(SEED), "POST", "/fleet/search-inventory", request)
    assert (status, sum(len(found) for found in json.loads(body).values())) == (200, count)


def test_a_search_for_an_unknown_kind_is_refused() -> None:
    assert send(initial_state(SEED), "POST", "/fleet/search-inventory", {"query": "user:x"})[1] == 400


def with_upgrades() -> tuple[State, str]:
    """A plan with twelve upgrades, all but the first without an eligible instance, and the path of their list."""
    state, _, body = send(initial_state(SEED), "PUT", "/service/composespec", build_body())
    state, _, _ = send(state, "PUT", "/service/composespec", build_body(COMPOSE + "# more\n"))
    plan = f"/fleet/service/s/productTier/{json.loads(body)['productTierID']}"
    for number in range(12):
        request = {
            "sourceVersion": "1.0",
            "targetVersion": "2.0" if number % 2 else "3.0",
            "upgradeFilters": {"INSTANCE_IDS": ["instance-1"]},
        }
        state, status, _ = send(state, "POST", f"{plan}/upgrade-path", request)
        assert status == 200
    return state, f"{plan}/upgrade-paths"


@pytest.mark.parametrize(
    ("query", "numbers", "token"),
    [
        ("", range(12, 2, -1), "10"),
        ("nextPageToken=10", [2, 1], None),
        ("pageSize=5", range(12, 7, -1), "5"),
        ("pageSize=5&nextPageToken=5", range(7, 2, -1), "10"),
        ("pageSize=12", range(12, 0, -1), None),
        ("pageSize=0", [12], "1"),
        ("nextPageToken=99", [], None),
        ("targetProductTierVersion=2.0", range(12, 0, -2), None),
        ("targetProductTierVersion=2.0&pageSize=4", range(12, 4, -2), "4"),
        ("targetProductTierVersion=2", [], None),
        ("targetProductTierVersion=", range(12, 2, -1), "10"),
        ("sourceProductTierVersion=1.0&targetProductTierVersion=3.0", range(11, 0, -2), None),
        ("sourceProductTierVersion=2.0", [], None),
        ("status=SCHEDULED", [1], None),
        ("status=FAILED&targetProductTierVersion=3.0", range(11, 1, -2), None),
        ("type=Major&pageSize=1", [12], "1"),
        ("type=Minor", [], None),
    ],
)
def test_upgrades_are_listed_by_the_conditions_of_the_query(
    query: str, numbers: Sequence[int], token: str | None
) -> None:
    state, path = with_upgrades()
    after, status, body = send(state, "GET", f"{path}?{query}")
    found = json.loads(body)
    assert status == 200
    assert [int(one["upgradePathId"].removeprefix("upgrade-")) for one in found["upgradePaths"]] == list(numbers)
    assert found.get("nextPageToken") == token
    assert as_json(after)["upgrades"] == as_json(state)["upgrades"]


def test_only_the_upgrades_of_the_plan_are_listed() -> None:
    state, _ = with_upgrades()
    state, _, body = send(state, "PUT", "/service/composespec", build_body(product="Q"))
    other = f"/fleet/service/s/productTier/{json.loads(body)['productTierID']}/upgrade-paths"
    assert send(state, "GET", other)[1:] == (200, json.dumps({"upgradePaths": []}))


@pytest.mark.parametrize("query", ["nextPageToken=x", "pageSize=-1", "pageSize=1.5"])
def test_a_page_that_is_not_a_number_is_refused(query: str) -> None:
    state, path = with_upgrades()
    assert send(state, "GET", f"{path}?{query}")[1] == 400
