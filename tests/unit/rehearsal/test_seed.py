"""The seed: its defaults, its errors, and the state that it describes."""

import pytest

from ci.rehearsal.seed import Seed, SeedError, SeedInstance, parse


def test_an_empty_seed_has_nothing() -> None:
    assert parse("{}") == Seed()


def test_an_instance_has_defaults() -> None:
    (instance,) = parse('{"instances": [{"id": "i", "product": "P"}]}').instances
    assert instance == SeedInstance("i", "P", environment="Dev", environment_type="DEV", plan="P", version="1.0")


@pytest.mark.parametrize("written", ["dev", "DEV", "Dev"])
def test_secrets_are_found_in_any_case_of_the_environment_type(written: str) -> None:
    assert parse('{"secrets": {"dev": ["a"]}}').secret_names(written) == ("a",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "the seed is not valid JSON"),
        ("[]", r"the seed is \[\], not an object"),
        ('{"api_key": []}', "the seed has the unknown key 'api_key'; known keys: api_keys"),
        ('{"api_keys": "a"}', "api_keys is 'a', not an array"),
        ('{"api_keys": [1]}', r"api_keys\[0\] is 1, not a string"),
        ('{"secrets": ["a"]}', "secrets is"),
        ('{"instances": [{"id": "i"}]}', r"instances\[0\] has no 'product'"),
        ('{"instances": [{"id": "i", "product": "p", "version": "1.1"}]}', r"instances\[0\].version is '1.1'"),
        ('{"instances": [{"id": "i", "product": "p", "version": "0.0"}]}', r"instances\[0\].version is '0.0'"),
        ('{"instances": [{"id": "i", "product": "p", "Plan": "x"}]}', "unknown key 'Plan'"),
        ('{"in_progress_polls": true}', "in_progress_polls is True, not a number of times"),
        ('{"http_503_times": {"GET /": -1}}', "http_503_times.GET / is -1, not a number of times"),
    ],
)
def test_an_invalid_seed_is_refused_with_the_key(text: str, message: str) -> None:
    with pytest.raises(SeedError, match=message):
        parse(text)
