"""The responses of a registry, checked against what the distribution spec (v2) says of them.

A proxy on the way may give any response in the registry's place, such as the page of a captive portal with status 200:
nothing is believed that is not as the spec says.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

MANIFEST_TYPES = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
_PARAMETER = re.compile(r'(\w+)\s*=\s*"([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """A response: `body` is cut at the limit of its request, and `next` is the address of the next page, if any."""

    status: int
    reason: str
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes
    next: str = ""

    @property
    def media_type(self) -> str:
        """The type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class AnswerError(Exception):
    """A response that is an error, or that is not as the spec says; its text has the status and the body, uncut."""

    def __init__(self, message: str, expected: str, answer: Answer | None = None) -> None:
        super().__init__(message)
        self.expected = expected
        self.status = answer.status if answer else 0
        self.transient = self.status in _TRANSIENT
        wait = answer.headers.get("retry-after", "") if answer else ""
        self.wait_seconds = float(wait) if wait.isdigit() else 0.0
        """How long the sender asks to wait before the next request; a date is not read."""


@dataclass(frozen=True)
class Manifest:
    """A manifest, byte for byte."""

    content: bytes
    media_type: str
    digest: str

    @property
    def json(self) -> dict[str, Any]:  # Any: JSON
        """Its content."""
        found: dict[str, Any] = json.loads(self.content)
        return found


@dataclass(frozen=True)
class Challenge:
    """How a registry asks to be signed in to (`WWW-Authenticate`)."""

    scheme: str
    realm: str = ""
    service: str = ""
    scope: str = ""


def digest_of(content: bytes) -> str:
    """The digest of a manifest or a blob."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def unexpected(answer: Answer, expected: str) -> AnswerError:
    """The error of a response that has another status, type or content than expected."""
    kind = "" if answer.media_type.endswith("json") else answer.media_type
    wait = f"Retry-After: {answer.headers['retry-after']}" if "retry-after" in answer.headers else ""
    parts = [str(answer.status), answer.reason, wait, kind, _errors(answer.body)]
    return AnswerError(" ".join(part for part in parts if part), expected, answer)


def _errors(body: bytes) -> str:
    """The errors that a body lists as the spec says, without their details, which differ for each repository."""
    text = body.decode(errors="replace").strip()
    with suppress(ValueError, TypeError, KeyError, AttributeError):
        listed = [f"{one['code']}: {one['message']}" for one in json.loads(text)["errors"]]
        return "; ".join(listed) or text
    return text


def checked(answer: Answer, status: int, expected: str) -> Answer:
    """A response that has the one status that the spec has for it.

    Raises:
        AnswerError: it has another.
    """
    if answer.status != status:
        raise unexpected(answer, expected)
    return answer


def read_json(answer: Answer, expected: str) -> dict[str, Any]:  # Any: JSON
    """The JSON object of a response.

    Raises:
        AnswerError: it holds none.
    """
    try:
        found = json.loads(answer.body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise unexpected(answer, f"{expected}, as a JSON object")
    return found


def read_manifest(answer: Answer, digest: str = "") -> Manifest:
    """The manifest of a response, whose bytes have the digest that its header names, and `digest` if it is given.

    Raises:
        AnswerError: it is none.
    """
    checked(answer, 200, "status 200 with an image manifest")
    if answer.media_type not in MANIFEST_TYPES:
        raise unexpected(answer, "the media type of an image manifest in Content-Type")
    read_json(answer, "an image manifest")
    found = digest_of(answer.body)
    named = answer.headers.get("docker-content-digest", found)
    for other in (named, digest or found):
        if other != found:
            raise AnswerError(f"a manifest with the digest {found}", f"one with the digest {other}", answer)
    return Manifest(answer.body, answer.media_type, found)


def is_digest(text: str) -> bool:
    """Whether a text is a digest."""
    return _DIGEST.fullmatch(text) is not None


def read_challenge(answer: Answer) -> Challenge:
    """How the registry asks to be signed in to.

    Raises:
        AnswerError: the response does not say so.
    """
    header = answer.headers.get("www-authenticate", "")
    scheme = header.partition(" ")[0].lower()
    values = {key.lower(): value for key, value in _PARAMETER.findall(header)}
    if scheme == "basic":
        return Challenge(scheme)
    if scheme != "bearer" or not values.get("realm", "").startswith("https://"):
        raise unexpected(answer, "WWW-Authenticate with Basic, or with Bearer and a realm over HTTPS")
    return Challenge(scheme, values["realm"], values.get("service", ""), values.get("scope", ""))


def read_token(answer: Answer) -> str:
    """The token that a token service gives.

    Raises:
        AnswerError: it gives none.
    """
    checked(answer, 200, "status 200 with a token")
    found = read_json(answer, "a token")
    token = found.get("token") or found.get("access_token")
    if not isinstance(token, str):
        raise AnswerError(f"{answer.status} without a token", "a token from the registry's token service", answer)
    return token
