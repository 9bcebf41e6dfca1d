"""Requests and answers, without a socket: who may ask, faults, unknown paths, and what the stand-in tells of itself."""

import base64
import json

import pytest

from ci.rehearsal.operations import APIKEY_EMAIL, Request, token_for
from ci.rehearsal.record import state
from ci.rehearsal.routes import API, OPERATIONS, answer
from ci.rehearsal.seed import Seed, SeedInstance
from ci.rehearsal.server import Standin, main
from ci.rehearsal.world import World, begin

KEY = "om_rehearsal"
TEXT = "services:\n  a:\n    image: b:sha-1\n    environment:\n      P: $secrets.s\n"
SEED = Seed(api_keys=(KEY,), secrets=(("DEV", ("s",)),), instances=(SeedInstance("instance-1", "P", plan="P"),))


def ask(
    world: World, method: str, path: str, body: object = None, token: str = token_for(KEY)
) -> tuple[World, int, str]:
    query = dict(pair.split("=") for pair in path.partition("?")[2].split("&") if pair)
    request = Request(method, API + path.partition("?")[0], query, token, json.dumps(body).encode())
    world, reply = answer(world, request)
    return world, reply.status, json.dumps(reply.body)


def compose_build(text: str) -> dict[str, object]:
    content = base64.b64encode(text.encode()).decode()
    return {"name": "P", "environment": "Dev", "environmentType": "DEV", "fileContent": content, "release": True}


@pytest.mark.parametrize(
    ("email", "password", "status"),
    [
        (APIKEY_EMAIL, KEY, 200),
        (APIKEY_EMAIL, "om_other", 401),
        (APIKEY_EMAIL, "", 401),
        (APIKEY_EMAIL, None, 401),
        ("someone@example.com", KEY, 401),
    ],
)
def test_sign_in(email: str, password: str | None, status: int) -> None:
    _, got, body = ask(begin(SEED), "POST", "/signin", {"email": email, "password": password}, token="")
    assert got == status
    assert (token_for(KEY) in body) == (status == 200)


def test_with_no_keys_nobody_signs_in() -> None:
    assert ask(begin(Seed()), "POST", "/signin", {"email": APIKEY_EMAIL, "password": ""})[1] == 401


@pytest.mark.parametrize(("method", "pattern"), [(method, pattern) for method, pattern, _ in OPERATIONS[1:]])
@pytest.mark.parametrize("token", ["", "Bearer", token_for("om_other")])
def test_every_operation_wants_a_token(method: str, pattern: str, token: str) -> None:
    path = pattern.replace("[^/]+", "x")
    for name in ("service", "plan", "environment", "resource", "version", "kind", "instance", "upgrade"):
        path = path.replace(f"(?P<{name}>x)", "x")
    world, status, _ = ask(begin(SEED), method, path, {}, token)
    assert (status, world.unknown_calls) == (401, ())


def test_an_unknown_path_is_404_and_kept() -> None:
    world, status, body = ask(begin(SEED), "DELETE", "/service/s-1")
    assert status == 404
    assert "the stand-in has no DELETE /2022-09-01-00/service/s-1" in body
    assert state(world)["unknown_calls"] == ["DELETE /2022-09-01-00/service/s-1"]


def test_faults_come_first_and_end() -> None:
    world = begin(Seed(api_keys=(KEY,), http_503_times=((f"GET {API}/us", 2),)))
    seen = []
    for _ in range(3):
        world, status, _ = ask(world, "GET", "/user")
        seen.append(status)
    assert seen == [503, 503, 200]
    assert state(world)["calls"] == {f"GET {API}/user": 3}


@pytest.mark.parametrize("body", [[], {"fileContent": "%"}, {"fileContent": "/w=="}, {"fileContent": 1}])
def test_a_build_that_makes_no_sense_is_400(body: object) -> None:
    assert ask(begin(SEED), "PUT", "/service/composespec", body)[1] == 400


def test_a_build_is_described_with_its_resources() -> None:
    world, status, body = ask(begin(SEED), "PUT", "/service/composespec", compose_build(TEXT))
    ids = json.loads(body)
    assert (status, ids["isNewServicePlanVersionCreated"]) == (200, True)
    tier = f"/service/{ids['serviceID']}/productTier/{ids['productTierID']}"
    world, _, body = ask(world, "GET", f"{tier}/version-set")
    latest = json.loads(body)["tierVersionSets"][0]
    assert (latest["version"], latest["status"]) == ("2.0", "Active")
    (resource,) = latest["resources"]
    query = f"ProductTierId={ids['productTierID']}&ProductTierVersion=2.0"
    _, status, body = ask(world, "GET", f"/service/{ids['serviceID']}/resource/{resource['id']}?{query}")
    assert (status, json.loads(body)["name"]) == (200, "a")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/service/s-1", "service 's-1' not found"),
        ("/service/s-1/product-tier/pt-1", "product tier 'pt-1' not found"),
        ("/service/s-1/environment/se-1", "environment 'se-1' not found"),
        ("/fleet/service/s-1/environment/se-1/instance/i", "instance 'i' not found"),
        ("/fleet/service/s-1/productTier/pt-1/upgrade-path/u", "upgrade path 'u' not found"),
        ("/fleet/service/s-1/productTier/pt-1/upgrade-paths", "product tier 'pt-1' not found"),
    ],
)
def test_what_is_not_there_is_404(path: str, said: str) -> None:
    world, status, body = ask(begin(SEED), "GET", path)
    assert (status, world.unknown_calls) == (404, ())
    assert said in body


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
def test_search(query: str, filters: dict[str, str], count: int) -> None:
    wish = {"query": query, "filters": {"resourceInstance": {"predicates": [filters]}} if filters else None}
    _, status, body = ask(begin(SEED), "POST", "/fleet/search-inventory", wish)
    assert (status, sum(len(found) for found in json.loads(body).values())) == (200, count)


def with_upgrades() -> tuple[World, str]:
    """A plan with twelve upgrade paths, all but the first of them refused, and the path of its list."""
    world, _, body = ask(begin(SEED), "PUT", "/service/composespec", compose_build(TEXT))
    world, _, _ = ask(world, "PUT", "/service/composespec", compose_build(TEXT + "# more\n"))
    tier = f"/fleet/service/s/productTier/{json.loads(body)['productTierID']}"
    for number in range(12):
        wish = {
            "sourceVersion": "1.0",
            "targetVersion": "2.0" if number % 2 else "3.0",
            "upgradeFilters": {"INSTANCE_IDS": ["instance-1"]},
        }
        world, status, _ = ask(world, "POST", f"{tier}/upgrade-path", wish)
        assert status == 200
    return world, f"{tier}/upgrade-paths"


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
def test_upgrade_paths_are_listed_by_what_is_asked_for(query: str, numbers: list[int], token: str | None) -> None:
    world, path = with_upgrades()
    after, status, body = ask(world, "GET", f"{path}?{query}")
    found = json.loads(body)
    assert status == 200
    assert [int(one["upgradePathId"].removeprefix("upgrade-")) for one in found["upgradePaths"]] == list(numbers)
    assert found.get("nextPageToken") == token
    assert state(after)["upgrades"] == state(world)["upgrades"]


def test_only_the_upgrade_paths_of_the_plan_are_listed() -> None:
    world, _ = with_upgrades()
    world, _, body = ask(world, "PUT", "/service/composespec", compose_build(TEXT) | {"name": "Q"})
    other = f"/fleet/service/s/productTier/{json.loads(body)['productTierID']}/upgrade-paths"
    assert ask(world, "GET", other)[1:] == (200, json.dumps({"upgradePaths": []}))


@pytest.mark.parametrize("query", ["nextPageToken=x", "pageSize=-1", "pageSize=1.5"])
def test_a_page_that_is_no_number_is_refused(query: str) -> None:
    world, path = with_upgrades()
    assert ask(world, "GET", f"{path}?{query}")[1] == 400


def test_an_unknown_search_is_refused() -> None:
    assert ask(begin(SEED), "POST", "/fleet/search-inventory", {"query": "user:x"})[1] == 400


def test_the_state_holds_what_was_handed_over_and_no_credential() -> None:
    standin = Standin(begin(SEED))
    sign_in = json.dumps({"email": APIKEY_EMAIL, "password": KEY}).encode()
    assert standin.answer(Request("POST", f"{API}/signin", body=sign_in)).status == 200
    wish = compose_build(TEXT) | {"configs": {"ca.pem": base64.b64encode(b"private").decode()}}
    put = Request("PUT", f"{API}/service/composespec", token=token_for(KEY), body=json.dumps(wish).encode())
    assert standin.answer(put).status == 200
    told = standin.answer(Request("GET", "/_standin/state"))
    text = json.dumps(told.body)
    assert json.dumps(TEXT) in text
    assert '"configs": ["ca.pem sha256:' in text
    for hidden in (KEY, token_for(KEY), base64.b64encode(b"private").decode()):
        assert hidden not in text
    assert told.body["calls"] == {f"POST {API}/signin": 1, f"PUT {API}/service/composespec": 1}


def test_health_needs_no_token() -> None:
    assert Standin(begin(Seed())).answer(Request("GET", "/_standin/health")).status == 200


@pytest.mark.parametrize(("seed", "said"), [('{"x": 1}', "unknown key 'x'"), ("nowhere.json", "nowhere.json")])
def test_a_wrong_seed_ends_the_server_before_it_listens(
    seed: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--seed", seed])
    assert said in capsys.readouterr().err
