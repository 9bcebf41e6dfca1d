from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core import views

Respond = Callable[[HttpRequest], HttpResponse]

PROBES = {"/health/": views.health, "/health/simple/": views.alive}


def health(get_response: Respond) -> Respond:
    """Responds to probes before anything else: Kubernetes uses a pod's address, which is not an allowed host."""

    def respond(request: HttpRequest) -> HttpResponse:
        view = PROBES.get(request.path_info)
        return view(request) if view else get_response(request)

    return respond


def secure_cookies(get_response: Respond) -> Respond:
    """Cookies set over TLS are marked secure; without TLS, as on a laptop, they are not."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response

    return respond
