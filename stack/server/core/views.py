import json
import uuid
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from pika.exceptions import AMQPError

from core import health as health_board
from core.models import Document, Trace
from jobs.base import Store, queues

LISTED = 50


@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """200 while the process is alive; no dependency is probed."""
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    status, body = health_board.now()
    return JsonResponse(body, status=status)


def refusal(status: int, error: str) -> JsonResponse:
    return JsonResponse({"error": error}, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> JsonResponse:
    return refusal(403, f"{reason} Send the cookie csrftoken and the same value as X-CSRFToken.")


@method_decorator([never_cache, ensure_csrf_cookie], name="dispatch")
class SessionView(View):
    """Signing in and out, and who is signed in."""

    def get(self, request: HttpRequest) -> JsonResponse:
        return JsonResponse({"email": request.user.email if request.user.is_authenticated else None})

    def post(self, request: HttpRequest) -> JsonResponse:
        if settings.USE_AUTH0:
            return refusal(403, "passwords are off here: sign in with Auth0")
        try:
            given = json.loads(request.body)
            credentials = {"email": str(given["email"]), "password": str(given["password"])}
        except (ValueError, KeyError, TypeError):
            return refusal(400, "an object with email and password is needed")
        user = authenticate(request, **credentials)
        if user is None:
            return refusal(401, "no such account, or a wrong password")
        login(request, user)
        return self.get(request)

    def delete(self, request: HttpRequest) -> JsonResponse:
        logout(request)
        return self.get(request)


@method_decorator(never_cache, name="dispatch")
class ForThoseSignedIn(View):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        if not request.user.is_authenticated:
            return refusal(401, "sign in first: POST /api/session/")
        return super().dispatch(request, *args, **kwargs)

    def documents(self) -> QuerySet[Document]:
        """The documents that the user may see: the user's own, or all for the superuser."""
        user = self.request.user
        return Document.objects.all() if user.is_superuser else user.documents.all()


class DocumentsView(ForThoseSignedIn):
    """Listing documents, newest first; uploading a file into the pipeline."""

    def get(self, request: HttpRequest) -> JsonResponse:
        return JsonResponse({"documents": [summary(document) for document in self.documents()[:LISTED]]})

    def post(self, request: HttpRequest) -> JsonResponse:
        file = request.FILES.get("file")
        if file is None:
            return refusal(400, "multipart/form-data with a part named file, which has a file name, is needed")
        if file.size > settings.MAX_UPLOAD_BYTES:
            return refusal(413, f"{file.size} bytes are more than {settings.MAX_UPLOAD_BYTES}")
        name = file.name.replace("\x00", "")[-200:]
        key = uuid.uuid4()
        source = f"{key}{PurePath(name).suffix[:20]}"
        Store.from_environment().put_into_inbox(source, file.chunks())
        Document.objects.create(id=key, name=name, owner=request.user)
        try:
            queues.send(queues.FRONT, json.dumps({"id": str(key), "data": {"source": source, "name": name}}))
        except (AMQPError, OSError) as error:
            # The broker may have the message in spite of the error: what workers have recorded since then is kept.
            sent = Document.objects.filter(pk=key, status=Document.Status.RECEIVED)
            sent.update(status=Document.Status.FAILED, error=f"not sent: {error!r}")
            return refusal(503, "the pipeline takes no files at the moment; try again later")
        return JsonResponse(whole(Document.objects.get(pk=key)), status=201)


class DocumentView(ForThoseSignedIn):
    def get(self, request: HttpRequest, key: uuid.UUID) -> JsonResponse:
        document = self.documents().filter(pk=key).first()
        return JsonResponse(whole(document)) if document else refusal(404, f"no document {key}")


def summary(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "name": document.name,
        "status": document.status,
        "error": document.error,
        "created": document.created,
        "updated": document.updated,
    }


def whole(document: Document) -> dict[str, Any]:
    return summary(document) | {"data": document.data, "trace": [step(trace) for trace in document.trace.all()]}


def step(trace: Trace) -> dict[str, Any]:
    return {
        "step": trace.step,
        "status": trace.status,
        "attempts": trace.attempts,
        "started": trace.started,
        "ms": trace.ms,
        "error": trace.error,
    }
