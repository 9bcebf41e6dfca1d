"""No secret leaves a call in any of its forms, and no text leaves it without an end."""

import base64
import json
import re
from urllib.parse import quote, quote_plus

import pytest
from fakes import problem

from ci.core.redaction import CHARACTERS, LINES, NO_SECRETS, Redactor, cut

TOKEN = 'ghp_Ab+cd/Ef?gh&12"34é'
REDACTOR = Redactor((f"{TOKEN}\n", "another-key"))


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FORMS = {
    "plain": TOKEN,
    "JSON": json.dumps(TOKEN),
    "URL": quote(TOKEN, safe=""),
    "URL with digits in lower case": re.sub("%..", lambda found: found[0].lower(), quote(TOKEN, safe="")),
    "base64": encoded(TOKEN),
    "base64 without its end": encoded(TOKEN).rstrip("="),
    "base64 for URLs": base64.urlsafe_b64encode(TOKEN.encode()).decode(),
    "base64, quoted": quote_plus(encoded(TOKEN)),
    **{f"of {user}": encoded(f"{user}:{TOKEN}") for user in ("a", "ab", "abc", "a-longer-user")},
    "in the middle": encoded(f"x{TOKEN}{TOKEN}y"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_redacted_in_each_of_its_forms(form: str) -> None:
    found = REDACTOR.text(f"before {FORMS[form]} after, another-key")
    assert found.startswith("before ")
    assert found.endswith(" after, ***")
    assert set(found.split()[1].strip('",')) == {"*"}


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "Authorization: Basic ***"),
        ('{"token": "eyJhbGciOi"}', '{"token": "***"}'),
        ("authorization: bearer eyJhbGciOiJIUzI1NiJ9.e30.x_-y, then", "authorization: bearer ***, then"),
        ('Bearer realm="https://ghcr.io/token",service="ghcr.io"', 'Bearer realm="https://ghcr.io/token",service="ghcr.io"'),
        ("a basic explanation, a token", "a basic explanation, a token"),
    ],
)  # fmt: skip
def test_a_credential_of_http_is_redacted_though_nobody_knows_it(text: str, redacted: str) -> None:
    assert NO_SECRETS.text(text) == redacted


def test_a_part_of_a_secret_at_a_cut_end_is_redacted() -> None:
    assert Redactor(("0123456789abcdef",)).text("the body: 0123456789ab…") == "the body: ***…"


def test_a_short_secret_and_an_empty_one_leave_the_text_alone() -> None:
    assert Redactor(("", "abc", " \n")).text("abc def") == "abc def"


def test_each_line_of_a_secret_is_redacted() -> None:
    assert Redactor(("first-line\nsecond-line\n",)).text("second-line, first-line") == "***, ***"


def test_every_part_of_a_problem_is_redacted_and_cut() -> None:
    found = REDACTOR.redacted(
        problem(TOKEN, value=f"{TOKEN} " * 5000, expected=TOKEN, hint=TOKEN, file=TOKEN, excerpt=TOKEN)
    )
    assert TOKEN[:8] not in str(found)
    assert len(found.value) <= CHARACTERS
    assert REDACTOR.problems([found]) == (found,)


def test_a_secret_is_not_in_what_is_printed_of_a_redactor() -> None:
    assert TOKEN not in repr(REDACTOR)


@pytest.mark.parametrize("text", ["x" * 5_000_000, "line\n" * 100_000, ("y" * 900 + "\n") * 39])
def test_a_long_text_is_cut_in_its_middle(text: str) -> None:
    found = cut(f"first {text} last")
    assert len(found) <= CHARACTERS
    assert len(found.splitlines()) <= LINES
    assert found.startswith("first ")
    assert found.endswith(" last")
    assert "are not shown" in found
    assert cut(found) == found


def test_a_short_text_stays_as_it_is() -> None:
    assert cut("a\nb") == "a\nb"
