"""Signing in, and the documents of the API, as a script with plain HTTP meets them."""

import json
import os
import uuid

import pytest
from conftest import ADMIN, TESTER
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils.timezone import now
from pika.exceptions import AMQPConnectionError
from product import Visitor, Web
from services import Postgres, Redis, free_port

from core.models import Document, Setting, User

# Static files as they lie in the source; the image has them collected.
UNCOLLECTED = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORDS = {ADMIN: "DJANGO_SUPERUSER_PASSWORD", TESTER: "PLAYWRIGHT_TEST_USER_PASS"}


def local(**headers: str) -> Client:
    """A client of Django's own, in this process, with a host name that is allowed."""
    return Client(headers={"host": "localhost"} | headers)


def signed_in(email: str, url: str) -> Visitor:
    visitor = Visitor(url)
    assert visitor.sign_in(email, os.environ[PASSWORDS[email]]).status == 200
    return visitor


@pytest.mark.parametrize("email", [ADMIN, TESTER])
def test_both_accounts_sign_in_and_out(web: Web, email: str) -> None:
    visitor = Visitor(web.url)
    assert visitor.get("/api/session/").body == {"email": None}
    answer = visitor.sign_in(email, os.environ[PASSWORDS[email]])
    assert (answer.status, answer.body) == (200, {"email": email})
    assert visitor.get("/api/session/").body == {"email": email}
    assert visitor.call("DELETE", "/api/session/").body == {"email": None}
    assert visitor.get("/api/documents/").status == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"email": ADMIN, "password": "wrong"}, 401),
        ({"email": "nobody@example.org", "password": "x"}, 401),
        ({"email": ADMIN}, 400),
        ([], 400),
    ],
)
def test_a_wrong_sign_in_is_refused_with_a_reason(web: Web, body: object, status: int) -> None:
    visitor = Visitor(web.url)
    visitor.get("/api/session/")
    answer = visitor.call("POST", "/api/session/", json.dumps(body).encode(), "application/json")
    assert (answer.status, set(answer.body)) == (status, {"error"})


def test_a_call_without_the_csrf_token_is_refused_and_says_what_is_missing(web: Web) -> None:
    visitor = signed_in(TESTER, web.url)
    answer = visitor.call("POST", "/api/documents/", b"", "application/json", **{"X-CSRFToken": ""})
    assert answer.status == 403
    assert "Send the cookie csrftoken" in answer.body["error"]


def test_passwords_are_off_with_auth0(database: Postgres, redis: Redis) -> None:
    with override_settings(USE_AUTH0=True):
        answer = local().post("/api/session/", {"email": ADMIN, "password": "x"}, content_type="application/json")
    assert answer.status_code == 403


def test_nobody_gets_in_without_signing_in(web: Web) -> None:
    visitor = Visitor(web.url)
    visitor.get("/api/session/")
    for answer in (
        visitor.get("/api/documents/"),
        visitor.get(f"/api/documents/{uuid.uuid4()}/"),
        visitor.upload("x.md", b"x"),
    ):
        assert (answer.status, set(answer.body)) == (401, {"error"})


def test_a_document_is_its_owners_and_the_superusers(web: Web) -> None:
    tester, admin = signed_in(TESTER, web.url), signed_in(ADMIN, web.url)
    own = tester.upload("mine.md", b"# x\n").body["id"]
    other = admin.upload("admins.md", b"# x\n").body["id"]
    assert tester.get(f"/api/documents/{own}/").status == 200
    assert tester.get(f"/api/documents/{other}/").status == 404
    assert admin.get(f"/api/documents/{own}/").status == 200
    assert tester.get(f"/api/documents/{uuid.uuid4()}/").status == 404
    listed = [document["id"] for document in tester.get("/api/documents/").body["documents"]]
    assert listed[0] == own
    assert other not in listed
    assert [document["id"] for document in admin.get("/api/documents/").body["documents"]][:2] == [other, own]


def test_an_upload_needs_a_file_and_one_that_is_not_too_large(database: Postgres, redis: Redis) -> None:
    client = local()
    credentials = {"email": TESTER, "password": os.environ[PASSWORDS[TESTER]]}
    assert client.post("/api/session/", credentials, content_type="application/json").status_code == 200
    assert client.post("/api/documents/", {"file": "text"}).status_code == 400
    with override_settings(MAX_UPLOAD_BYTES=3):
        answer = client.post("/api/documents/", {"file": SimpleUploadedFile("x.md", b"four")})
    assert (answer.status_code, answer.json()["error"]) == (413, "4 bytes are more than 3")
    assert not Document.objects.filter(name="x.md").exists()


def test_an_upload_with_the_broker_away_is_refused_and_kept_as_failed(
    database: Postgres, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RABBITMQ_PORT", str(free_port()))
    client = local()
    credentials = {"email": TESTER, "password": os.environ[PASSWORDS[TESTER]]}
    client.post("/api/session/", credentials, content_type="application/json")
    answer = client.post("/api/documents/", {"file": SimpleUploadedFile("away.md", b"x")})
    assert (answer.status_code, set(answer.json())) == (503, {"error"})
    kept = Document.objects.get(name="away.md")
    assert (kept.status, kept.error.startswith("not sent: AMQPConnectionError")) == ("failed", True)


def test_an_upload_that_got_through_unconfirmed_stays_as_the_workers_have_it(
    database: Postgres, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sent_but_not_confirmed(queue: str, body: str) -> None:
        Document.objects.filter(pk=json.loads(body)["id"]).update(status="done")
        raise AMQPConnectionError

    monkeypatch.setattr("core.views.queues.send", sent_but_not_confirmed)
    client = local()
    credentials = {"email": TESTER, "password": os.environ[PASSWORDS[TESTER]]}
    client.post("/api/session/", credentials, content_type="application/json")
    assert client.post("/api/documents/", {"file": SimpleUploadedFile("through.md", b"x")}).status_code == 503
    assert Document.objects.get(name="through.md").status == "done"


def test_cookies_set_over_tls_stay_there(database: Postgres, redis: Redis) -> None:
    """The platform ends TLS before us, and says so in a header."""
    for headers, secure in [({}, ""), ({"x-forwarded-proto": "https"}, True)]:
        answer = local(**headers).get("/api/session/")
        assert answer.cookies["csrftoken"]["secure"] == secure


@pytest.mark.parametrize("page", ["document", "serviceconfiguration", "setting", "user"])
def test_the_admin_shows_it(database: Postgres, redis: Redis, page: str) -> None:

    from core.models import User

    client = local()
    client.force_login(User.objects.get(email=ADMIN))
    with override_settings(STORAGES=UNCOLLECTED):
        answer = client.get(f"/admin/core/{page}/")
    assert answer.status_code == 200
    for variable in ("NEO4J_PASSWORD", "FALKOR_PASSWORD"):
        assert os.environ[variable] not in answer.text


def test_the_admin_shows_a_documents_trace_and_changes_nothing_of_it(database: Postgres, redis: Redis) -> None:
    document = Document.objects.create(name="traced.md")
    document.trace.create(step="parser", status="failed", attempts=4, started=now(), ms=1, error="no text")
    client = local()
    client.force_login(User.objects.get(email=ADMIN))
    path = f"/admin/core/document/{document.pk}/change/"
    with override_settings(STORAGES=UNCOLLECTED):
        page = client.get(path).text
        assert "no text" in page
        assert 'name="_save"' not in page
        assert client.post(path, {"name": "x"}).status_code == 403


def test_a_secret_setting_is_replaced_in_the_admin_and_never_shown(database: Postgres, redis: Redis) -> None:
    client = local()
    client.force_login(User.objects.get(email=ADMIN))
    setting = Setting.objects.get(key="NEO4J_PASSWORD")
    path = f"/admin/core/setting/{setting.pk}/change/"
    with override_settings(STORAGES=UNCOLLECTED):
        assert setting.value not in client.get(path).text
        for given, kept in [("", setting.value), ("new one", "new one"), (setting.value, setting.value)]:
            data = {"key": "NEO4J_PASSWORD", "value": given, "secret": "on"}
            assert client.post(path, data).status_code == 302
            setting.refresh_from_db()
            assert setting.value == kept
            if given == "new one":
                setting.value = os.environ["NEO4J_PASSWORD"]
                setting.save()
