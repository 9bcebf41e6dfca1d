"""What is kept of the inputs of an image that was built: by what it is known again, and what has changed since."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ci.core.images.inputs import RULE, Input, InputKind, Inputs
from ci.core.references import is_git_sha
from ci.errors import Problem, PublishError

DOCUMENT_FORMAT = 1
"""Raised with every change of the document's keys or their values."""
DOCUMENT_TYPE = "application/vnd.slipway.inputs.v1+json"
_PLAIN = frozenset({InputKind.IMAGE, InputKind.TARGET, InputKind.PLATFORM, InputKind.COMPRESSION})
"""The kinds whose values are kept as they are; of the others the beginning of a hash is enough."""
_HEX = 16
_MOST_FILES = 20_000
"""Above it the files are not kept, so that the document stays below the 4 MiB that are read of a blob."""
_HASH = re.compile(r"(?:[0-9a-f]{64})?")

Kept = Mapping[str, Mapping[str, str]]
"""Kind of an input -> its name -> its value, or the beginning of its hash; `""` for one that is not kept."""


@dataclass(frozen=True)
class InputsDocument:
    """What is kept beside an image that was built."""

    repository: str
    digest: str
    hash: str
    """Of its inputs, as in its tag; `""` if not all of them are known, so that it has none."""
    git_sha: str
    """The commit in whose release it was built."""
    built: str
    """When, as ISO 8601 in UTC."""
    kept: Kept = field(default_factory=dict, repr=False)


def document_of(repository: str, digest: str, inputs: Inputs, git_sha: str, built: str) -> InputsDocument:
    """The document of an image that was just built."""
    return InputsDocument(repository, digest, inputs.hash, git_sha, built, kept(inputs))


def document_text(document: InputsDocument) -> str:
    """The document as JSON."""
    found = {
        "inputs_format": DOCUMENT_FORMAT,
        "rule": RULE,
        "repository": document.repository,
        "digest": document.digest,
        "inputs": document.hash,
        "git_sha": document.git_sha,
        "built": document.built,
        "kept": document.kept,
    }
    return json.dumps(found, indent=1) + "\n"


def read_document(text: str, repository: str) -> InputsDocument:
    """The document of an image in a repository, read from JSON.

    Raises:
        PublishError: it is no document of that repository, or of a format that this version does not know.
    """
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    match found:
        case {
            "inputs_format": format_,
            "repository": str(of),
            "digest": str(digest),
            "inputs": str(hash_),
            "git_sha": str(git_sha),
            "built": str(built),
            "kept": values,
        } if format_ == DOCUMENT_FORMAT and of == repository and _HASH.fullmatch(hash_) and is_git_sha(git_sha):
            return InputsDocument(of, digest, hash_, git_sha, built, _strings(values))
    raise foreign_document(repository, "no such JSON object, or of another repository or format")


def foreign_document(repository: str, found: str) -> PublishError:
    """The error of an artifact that is no document which can be trusted."""
    return PublishError(
        Problem(
            what=f"What the registry has as the inputs of an image of {repository} is none that can be trusted",
            value=found,
            expected=f"an artifact of type {DOCUMENT_TYPE}, inputs_format {DOCUMENT_FORMAT}, of this repository",
            hint="find out who pushed it; a newer version of Slipway writes another format: use that one",
        )
    )


def differences(document: InputsDocument, inputs: Inputs) -> tuple[str, ...]:
    """What has changed since an image was built, a phrase for each input: `jobs/a.py changed`."""
    before, now = document.kept, kept(inputs)
    return tuple(phrase for kind in InputKind for phrase in _of_kind(kind, before.get(kind, {}), now.get(kind, {})))


def _of_kind(kind: InputKind, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(before.keys() | now.keys()):
        if before.get(name) == now.get(name):
            continue
        shown = name if kind in {InputKind.FILE, InputKind.DOCKERFILE} else f"{kind} {name}".strip()
        if name not in before:
            yield f"{shown} was added"
        elif name not in now:
            yield f"{shown} was removed"
        else:
            yield f"{shown} {'moved' if kind is InputKind.IMAGE else 'changed'}"


def kept(inputs: Inputs) -> dict[str, dict[str, str]]:
    """The inputs as they are kept: kind -> name -> value, or the beginning of its hash."""
    files = sum(1 for one in inputs.items if one.kind is InputKind.FILE)
    found: dict[str, dict[str, str]] = {}
    for one in inputs.items:
        if one.kind is not InputKind.FILE or files <= _MOST_FILES:
            found.setdefault(one.kind, {})[one.name] = _kept_value(one, inputs.masked)
    return found


def _kept_value(item: Input, masked: frozenset[str]) -> str:
    if item.kind is InputKind.ARGUMENT and item.name in masked:
        return ""
    return item.value if item.kind in _PLAIN else hashlib.sha256(item.value.encode()).hexdigest()[:_HEX]


def _strings(found: Any) -> dict[str, dict[str, str]]:  # Any: JSON
    """Of an object of objects of strings all that is so."""
    tables = found.items() if isinstance(found, dict) else ()
    return {
        kind: {name: value for name, value in table.items() if isinstance(value, str)}
        for kind, table in tables
        if isinstance(table, dict)
    }
