"""Single requests to a registry's API (distribution spec v2), each checked and none retried.

Raised by all of them: `AnswerError` for a response that is not as the spec says, and what `RegistryHttp.send` raises.
"""

import json
from collections.abc import Mapping

from ci.adapters.registry_answers import (
    MANIFEST_TYPES,
    AnswerError,
    Manifest,
    checked,
    digest_of,
    is_digest,
    read_json,
    read_manifest,
    unexpected,
)
from ci.adapters.registry_http import RegistryHttp

_ACCEPT = {"Accept": ", ".join(MANIFEST_TYPES)}
_PAGES = 50
"""Pages of a list of tags that are read, of 1,000 tags each."""
_OK, _CREATED, _ACCEPTED, _FORBIDDEN, _NOT_FOUND = 200, 201, 202, 403, 404


class RegistryRequests:
    """The requests, by the name of the resource."""

    def __init__(self, http: RegistryHttp) -> None:
        self._http = http

    async def tags(self, repository: str) -> tuple[str, ...]:
        """All tags of a repository; none if it does not exist."""
        found: list[str] = []
        page = "tags/list?n=1000"
        for _ in range(_PAGES):
            answer = await self._http.send("GET", repository, page)
            if answer.status == _NOT_FOUND and answer.media_type != "text/html":
                return ()
            listed = read_json(checked(answer, _OK, "status 200 with tags"), "tags")
            found += [str(tag) for tag in listed.get("tags") or []]
            page = answer.next
            if not page:
                return tuple(found)
        raise AnswerError(f"a list of tags with more than {_PAGES} pages", "a list that ends")

    async def manifest(self, repository: str, reference: str) -> Manifest | None:
        """The manifest of a tag or a digest; None if it does not exist."""
        answer = await self._http.send("GET", repository, f"manifests/{reference}", headers=_ACCEPT)
        if answer.status == _NOT_FOUND and answer.media_type != "text/html":  # a page is not a registry's answer
            return None
        if answer.status == _FORBIDDEN and await self._is_not_listed(repository, reference):
            return None
        return read_manifest(answer, reference if is_digest(reference) else "")

    async def _is_not_listed(self, repository: str, tag: str) -> bool:
        """Whether the tags can be listed, and this is none of them: Artifactory refuses to read what is not there."""
        try:
            return tag not in await self.tags(repository)
        except AnswerError:
            return False

    async def existing_manifest(self, repository: str, digest: str) -> Manifest:
        """The manifest of a digest that must exist."""
        found = await self.manifest(repository, digest)
        if found is None:
            raise AnswerError(f"the registry has no {digest}", "a manifest with that digest")
        return found

    async def blob(self, repository: str, digest: str) -> bytes:
        """The bytes of a blob, of at most 4 MiB."""
        answer = checked(await self._http.send("GET", repository, f"blobs/{digest}"), _OK, "status 200 with a blob")
        if digest_of(answer.body) != digest:
            raise AnswerError(
                f"a blob with the digest {digest_of(answer.body)}", f"one with the digest {digest}", answer
            )
        return answer.body

    async def put(self, repository: str, reference: str, manifest: Manifest) -> None:
        """Put a manifest under a tag or its digest."""
        headers = {"Content-Type": manifest.media_type}
        answer = await self._http.send("PUT", repository, f"manifests/{reference}", manifest.content, headers)
        checked(answer, _CREATED, "status 201 for a manifest that was put")

    async def start_upload(self, repository: str) -> str:
        """The address of a new upload; the registry discards it if nothing follows."""
        answer = await self._http.send("POST", repository, "blobs/uploads/")
        location = checked(answer, _ACCEPTED, "status 202 for an upload that may start").headers.get("location", "")
        if not location:
            raise unexpected(answer, "the address of the upload in Location")
        return location

    async def labels(self, repository: str, digest: str) -> Mapping[str, str]:
        """The labels of an image's config; of an image for several platforms, those of its first."""
        manifest = (await self.existing_manifest(repository, digest)).json
        if "manifests" in manifest:
            manifest = (await self.existing_manifest(repository, str(manifest["manifests"][0]["digest"]))).json
        config = json.loads(await self.blob(repository, str(manifest["config"]["digest"])))
        return {str(key): str(value) for key, value in (config.get("config", {}).get("Labels") or {}).items()}

    async def push_blob(self, repository: str, content: bytes) -> str:
        """Push a blob in one request, and return its digest."""
        digest = digest_of(content)
        upload = await self.start_upload(repository)
        address = f"{upload}{'&' if '?' in upload else '?'}digest={digest}"
        headers = {"Content-Type": "application/octet-stream"}
        answer = await self._http.send("PUT", repository, address, content, headers)
        checked(answer, _CREATED, "status 201 for a blob that was pushed")
        return digest
