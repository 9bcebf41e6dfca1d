"""What a response of a registry must hold to be believed, and how one that is an error is shown."""

import json

import pytest

from ci.adapters.registry_answers import Answer, is_digest, unexpected


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"errors": [{"code": "DENIED", "message": "no", "detail": {"Name": "o/app"}}]}', "403 DENIED: no"),
        ('{"errors": [{"code": "A", "message": "a"}, {"code": "B", "message": "b"}]}', "403 A: a; B: b"),
        ('{"errors": []}', '403 {"errors": []}'),
        ('{"errors": ["x"]}', '403 {"errors": ["x"]}'),
        ('{"errors": null}', '403 {"errors": null}'),
        ("[]", "403 []"),
        ("denied", "403 denied"),
        (b"\xff", "403 \ufffd"),
        ("", "403"),
    ],
)
def test_an_error_is_shown_with_what_the_registry_says(body: str | bytes, shown: str) -> None:
    content = body if isinstance(body, bytes) else body.encode()
    assert str(unexpected(Answer(403, "", {}, content), "status 200")) == shown


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("", 0.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0), ("-1", 0.0)]
)
def test_the_wait_that_is_asked_for_is_read_where_it_is_a_number(header: str, seconds: float) -> None:
    answer = Answer(429, "", {"retry-after": header}, json.dumps({}).encode())
    assert unexpected(answer, "status 200").wait_seconds == seconds


def test_a_digest_is_a_sha256() -> None:
    assert is_digest("sha256:" + "0" * 64)
    assert not is_digest("1.2.0")
    assert not is_digest("sha256:0")
