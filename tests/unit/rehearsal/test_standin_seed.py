"""The seed: what it means, and that nothing misspelt is passed over."""

import pytest

from ci.rehearsal.seed import Seed, SeedError, SeedInstance, parse
from ci.rehearsal.world import begin


def test_an_empty_seed_is_an_empty_start() -> None:
    assert parse("{}") == Seed()
    assert begin(Seed()).plans == ()


def test_an_instance_has_defaults() -> None:
    (instance,) = parse('{"instances": [{"id": "i", "product": "P"}]}').instances
    assert instance == SeedInstance("i", "P", environment="Dev", environment_type="DEV", plan="P", version="1.0")


@pytest.mark.parametrize("written", ["dev", "DEV", "Dev"])
def test_secrets_are_found_in_any_case_of_the_environment_type(written: str) -> None:
    assert parse('{"secrets": {"dev": ["a"]}}').secret_names(written) == ("a",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "the seed is no JSON"),
        ("[]", r"the seed is \[\], not an object"),
        ('{"api_key": []}', "the seed has the unknown key 'api_key'; known are api_keys"),
        ('{"api_keys": "a"}', "api_keys is 'a', not a list"),
        ('{"api_keys": [1]}', r"api_keys\[0\] is 1, not a text"),
        ('{"secrets": ["a"]}', "secrets is"),
        ('{"instances": [{"id": "i"}]}', r"instances\[0\] has no 'product'"),
        ('{"instances": [{"id": "i", "product": "p", "version": "1.1"}]}', r"instances\[0\].version is '1.1'"),
        ('{"instances": [{"id": "i", "product": "p", "Plan": "x"}]}', "unknown key 'Plan'"),
        ('{"in_progress_queries": true}', "in_progress_queries is True, not a count"),
        ('{"http_503_times": {"GET /": -1}}', "http_503_times.GET / is -1, not a count"),
    ],
)
def test_a_wrong_seed_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(SeedError, match=said):
        parse(text)


def test_an_instance_brings_its_plan_with_as_many_versions_as_its_own() -> None:
    world = begin(parse('{"instances": [{"id": "i", "product": "P", "version": "3.0"}, {"id": "j", "product": "P"}]}'))
    (plan,) = world.plans
    assert [version.name for version in plan.versions] == ["1.0", "2.0", "3.0"]
    assert plan.preferred == "3.0"
    assert {instance.id: instance.version for instance in world.instances} == {"i": "3.0", "j": "1.0"}
