"""A registry in memory, as a transport of httpx: the registry client sends its requests to it instead of a network."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import httpx

from ci.adapters.registry_answers import MANIFEST_TYPES, digest_of
from ci.simulation.registry_faults import Fault, Kind, Response, Script

_PATH = re.compile(r"/v2/(?P<repository>.+)/(?P<kind>manifests|blobs|tags)/(?P<name>.+)")
_NO_RESPONSE: Mapping[Kind, type[httpx.TransportError]] = {
    Kind.RESET: httpx.ReadError,
    Kind.LOST: httpx.RemoteProtocolError,
    Kind.EOF: httpx.RemoteProtocolError,
    Kind.HANG: httpx.ReadTimeout,
    Kind.DRIP: httpx.ReadTimeout,
}
"""What the client raises where it gets no complete response; time that it would wait does not pass."""


@dataclass
class Repository:
    """What a repository holds: manifests by digest with their media types, tags, and blobs by digest."""

    manifests: dict[str, bytes] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    def respond(self, request: httpx.Request, kind: str, name: str) -> httpx.Response:  # noqa: PLR0911 - one for each
        """The response to a request for `kind/name` of this repository, by the distribution spec."""
        match request.method, kind:
            case "GET", "manifests":
                return self._manifest(self.tags.get(name, name))
            case "PUT", "manifests":
                return self._put_manifest(name, request.content, request.headers.get("Content-Type", MANIFEST_TYPES[0]))
            case "GET", "blobs" if name in self.blobs:
                return httpx.Response(200, content=self.blobs[name])
            case "POST", "blobs":
                return httpx.Response(202, headers={"Location": f"{request.url.path.rstrip('/')}/1?state=s"})
            case "PUT", "blobs":
                self.blobs[parse_qs(request.url.query.decode())["digest"][0]] = request.content
                return httpx.Response(201)
            case "GET", "tags":
                return httpx.Response(200, json={"tags": [*self.tags]})
            case _:
                return _missing("BLOB_UNKNOWN")

    def _manifest(self, digest: str) -> httpx.Response:
        content = self.manifests.get(digest)
        if content is None:
            return _missing("MANIFEST_UNKNOWN")
        kind = self.types.get(digest, MANIFEST_TYPES[0])
        return httpx.Response(
            200, content=content, headers={"Content-Type": kind, "Docker-Content-Digest": digest_of(content)}
        )

    def _put_manifest(self, name: str, content: bytes, kind: str) -> httpx.Response:
        digest = digest_of(content)
        self.manifests[digest], self.types[digest] = content, kind
        if name != digest:
            self.tags[name] = digest
        return httpx.Response(201, headers={"Docker-Content-Digest": digest})


class MemoryRegistry:
    """All registries, with all their repositories, empty at first.

    Requests meet the `faults`; `events` are what a fault may cause beside itself, by its name.
    """

    def __init__(self, faults: Sequence[Fault] = (), events: Mapping[str, Callable[[], None]] | None = None) -> None:
        self.repositories: defaultdict[str, Repository] = defaultdict(Repository)
        """By name, with the host: `registry.example/org/name`."""
        self._script, self._events = Script(faults), events or {}

    def transport(self) -> httpx.MockTransport:
        """What the client is to send its requests by."""
        return httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        fault = self._script.claim(request.method, request.url.raw_path.decode()) or Fault(kind=Kind.PASS)
        if not fault.after:
            self._happen(fault)
        response = self._respond(request) if fault.reaches else httpx.Response(500)
        if fault.after:
            self._happen(fault)
        if error := _NO_RESPONSE.get(fault.kind):
            raise error(fault.kind, request=request)
        if fault.kind is Kind.ANSWER:
            return _given(fault.response)
        return _given(fault.edit(_taken(response))) if fault.edit else response

    def _happen(self, fault: Fault) -> None:
        if fault.event:
            self._events[fault.event]()

    def _respond(self, request: httpx.Request) -> httpx.Response:
        found = _PATH.fullmatch(request.url.path)
        if found is None:
            return _missing("NAME_UNKNOWN")
        name = f"{request.url.netloc.decode()}/{found['repository']}"
        return self.repositories[name].respond(request, found["kind"], found["name"])


def _missing(code: str) -> httpx.Response:
    return httpx.Response(404, json={"errors": [{"code": code}]})


def _given(response: Response) -> httpx.Response:
    return httpx.Response(response.status, headers=[*response.headers], content=response.body)


def _taken(response: httpx.Response) -> Response:
    return Response(response.status_code, tuple(response.headers.items()), response.content)
