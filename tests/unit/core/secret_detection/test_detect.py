"""What looks like a secret: the tables of `secret_examples`, and what a reason says."""

import pytest
from secret_examples import NO_SECRETS, SECRETS

from ci.core.secret_detection.detect import looks_secret


@pytest.mark.parametrize(("name", "value"), SECRETS)
def test_a_secret_looks_like_one_and_its_reason_does_not_have_its_value(name: str, value: str) -> None:
    reason = looks_secret(name, value)
    assert reason
    assert len(value) < 8 or value not in reason


@pytest.mark.parametrize(("name", "value"), NO_SECRETS)
def test_what_is_no_secret_does_not_look_like_one(name: str, value: str) -> None:
    assert looks_secret(name, value) == ""


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("DB_PASSWORD", "v", "its name has `PASSWORD`"),
        ("BROKER", "amqp://u:v@mq", "its value has the form of a URL with a password"),
        ("X", "dop_v1_" + "9f3c1a7be05d4268" * 4, "its value matches the rule `digitalocean-pat` of gitleaks"),
    ],
)
def test_a_reason_says_where_the_secret_was_seen(name: str, value: str, reason: str) -> None:
    assert looks_secret(name, value) == reason


def test_there_are_many_examples_of_each() -> None:
    assert min(len(SECRETS), len(NO_SECRETS)) >= 40
