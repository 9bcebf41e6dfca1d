import json

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from core.health import report, run_all


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """200 whenever the process lives: it asks nothing of anything else."""
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    status, body = report(run_all())
    return JsonResponse(body, status=status)


@method_decorator([never_cache, ensure_csrf_cookie], name="dispatch")
class SessionView(View):
    """Who is signed in; signing in and out."""

    def get(self, request: HttpRequest) -> JsonResponse:
        return JsonResponse({"email": request.user.email if request.user.is_authenticated else None})

    def post(self, request: HttpRequest) -> JsonResponse:
        if settings.USE_AUTH0:
            return JsonResponse({"error": "passwords are off here: sign in with Auth0"}, status=403)
        try:
            given = json.loads(request.body)
            credentials = {"email": str(given["email"]), "password": str(given["password"])}
        except (ValueError, KeyError, TypeError):
            return JsonResponse({"error": "an object with email and password is needed"}, status=400)
        user = authenticate(request, **credentials)
        if user is None:
            return JsonResponse({"error": "no such account, or a wrong password"}, status=401)
        login(request, user)
        return self.get(request)

    def delete(self, request: HttpRequest) -> JsonResponse:
        logout(request)
        return self.get(request)
