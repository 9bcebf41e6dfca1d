from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core import views

Respond = Callable[[HttpRequest], HttpResponse]

PROBES = {"/health/": views.health, "/health/simple/": views.alive}


def health(get_response: Respond) -> Respond:
    """Answers probes first of all: Kubernetes asks a pod by its address, which is in no list of allowed hosts."""

    def respond(request: HttpRequest) -> HttpResponse:
        view = PROBES.get(request.path_info)
        return view(request) if view else get_response(request)

    return respond


def secure_cookies(get_response: Respond) -> Respond:
    """What was set over TLS is sent over TLS alone; a trial on one machine, without TLS, works all the same."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response

    return respond
