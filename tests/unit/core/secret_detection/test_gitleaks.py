"""gitleaks' rules, applied as gitleaks does: keyword, pattern, entropy, exceptions."""

import re

import pytest

from ci.core.secret_detection.gitleaks import entropy, find
from ci.core.secret_detection.gitleaks_rules import NO_SECRET, RULES

HEX = "9f3c1a7be05d42688c1f7e2ab4d09c53"


def test_every_pattern_is_one_of_python_and_every_keyword_is_in_lower_case() -> None:
    assert len(RULES) > 200
    for rule, keywords, least, pattern, exceptions in RULES:
        assert [re.compile(one) for one in (pattern, *exceptions)], rule
        assert keywords, rule
        assert all(word == word.lower() for word in keywords), rule
        assert least >= 0, rule
    assert [re.compile(one) for one in NO_SECRET]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (f"X=dop_v1_{HEX}{HEX}", "digitalocean-pat"),
        (f"OKTA_X={HEX}00aabbccdd", ""),
        ("X=rk_test_aB3dE5fG7hJ9kL1mN2pQ", "stripe-access-token"),
        (f"X=p8e-{HEX}", "adobe-client-secret"),
        (f"X=P8E-{HEX}", ""),
        (f"X=p8e-{HEX.upper()}", "adobe-client-secret"),
        ("X=npm_" + "a" * 36, ""),
        ("X=AKIAQYLPMN5HHHFPZAM2", "aws-access-token"),
        ("X=AKIAQYLPMN5HHEXAMPLE", ""),
        (f"{HEX}", ""),
        ("", ""),
    ],
    ids=lambda text: text[:30],
)
def test_the_rule_that_finds_a_secret_in_a_line(line: str, rule: str) -> None:
    assert find(line) == rule


@pytest.mark.parametrize(("text", "bits"), [("aaaa", 0.0), ("abab", 1.0), ("abcd", 2.0), ("0123456789abcdef", 4.0)])
def test_the_entropy_of_a_text_in_bits_per_character(text: str, bits: float) -> None:
    assert entropy(text) == pytest.approx(bits)
