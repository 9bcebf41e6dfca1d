"""Secrets masked in each of their forms."""

import base64
from urllib.parse import quote

import pytest

from ci.supervisor.redaction import Redaction

SECRET = "s3cret/of+this run?é"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower(),
        encoded(SECRET),
        encoded(f"u:{SECRET}"),
        encoded(f"us:{SECRET}\n"),
        encoded(f"{SECRET} and more"),
        base64.urlsafe_b64encode(f"use:{SECRET}".encode()).decode(),
    ],
)
def test_a_secret_is_masked_in_each_of_its_forms_and_nothing_beside_it(form: str) -> None:
    assert Redaction([SECRET, "other"]).mask(f"a {form} b") == "a *** b"


@pytest.mark.parametrize(
    ("secrets", "text", "masked"),
    [
        ((), "text", "text"),
        (("",), "text", "text"),
        (("s3", "s3cret"), "s3cret, s3", "***, ***"),
        (("ab",), "YWI= ab", "YWI= ***"),
        (("s3cret-value",), "x=s3cret-value;y", "x=***;y"),
    ],
)
def test_what_is_masked(secrets: tuple[str, ...], text: str, masked: str) -> None:
    assert Redaction(secrets).mask(text) == masked
