"""A registry in memory, as a transport of httpx: it needs a token, and each response can be replaced."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import httpx
from fakes import FakeClock

from ci.adapters.registry import OciRegistry
from ci.adapters.registry_answers import MANIFEST_TYPES, digest_of
from ci.simulation.registry import Repository

HOST = "registry.example"
REPOSITORY = f"{HOST}/o/app"
USER, PASSWORD = "somebody", "stand-in-of-a-token"
BASIC = "Basic c29tZWJvZHk6c3RhbmQtaW4tb2YtYS10b2tlbg=="
TOKEN = "token-of-the-service"
CHALLENGE = {
    "WWW-Authenticate": f'Bearer realm="https://auth.example/token",service="{HOST}",scope="repository:o/app:pull"'
}
OCI, INDEX = MANIFEST_TYPES[:2]
Reply = Callable[[httpx.Request], httpx.Response]


@dataclass
class RegistryStub:
    """`replies` has responses to requests to come, by `METHOD path` as a regular expression, in order."""

    manifests: dict[str, bytes] = field(default_factory=dict)
    """Digest -> content."""
    tags: dict[str, str] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    replies: list[tuple[str, Reply]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    sent: list[httpx.Request] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    clock: FakeClock = field(default_factory=FakeClock)

    def client(self, password: str = PASSWORD, seconds: float = 5.0, deadline: float = 180.0) -> OciRegistry:
        return OciRegistry(
            *(USER, password),
            seconds=seconds,
            deadline=deadline,
            sleep=self.clock.sleep,
            log=self.log.append,
            transport=httpx.MockTransport(self.handle),
        )

    def image(self, text: str = "x", labels: dict[str, str] | None = None, tag: str = "") -> str:
        """Put an image with labels, and return its digest."""
        config = json.dumps({"config": {"Labels": labels}}).encode()
        self.blobs[digest_of(config)] = config
        content = json.dumps({"mediaType": OCI, "config": {"digest": digest_of(config)}, "text": text}).encode()
        return self.put(content, tag)

    def put(self, content: bytes, tag: str = "") -> str:
        digest = digest_of(content)
        self.manifests[digest] = content
        if tag:
            self.tags[tag] = digest
        return digest

    def reply(self, request: str, *replies: Reply | httpx.Response | Exception) -> "RegistryStub":
        """Replace the next responses to a request."""
        self.replies += [(request, partial(_give, one)) for one in replies]
        return self

    def handle(self, request: httpx.Request) -> httpx.Response:
        shown = f"{request.method} {request.url.path.removeprefix('/v2/o/app/')}"
        self.requests.append(shown)
        self.sent.append(request)
        for at, (pattern, reply) in enumerate(self.replies):
            if re.fullmatch(pattern, shown):
                del self.replies[at]
                return reply(request)
        return self._answer(request, shown)

    def _answer(self, request: httpx.Request, shown: str) -> httpx.Response:
        if request.url.host == "auth.example":
            return httpx.Response(200, json={"token": TOKEN})
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return httpx.Response(401, headers=CHALLENGE)
        kind, _, name = shown.partition(" ")[2].partition("/")
        types = {digest: json.loads(content).get("mediaType", OCI) for digest, content in self.manifests.items()}
        return Repository(self.manifests, self.tags, self.blobs, types).respond(request, kind, name)


def _give(reply: Reply | httpx.Response | Exception, request: httpx.Request) -> httpx.Response:
    if isinstance(reply, Exception):
        raise reply
    return reply if isinstance(reply, httpx.Response) else reply(request)
