"""Image references: `repository:tag` or `repository@digest`, and the sha tag of a commit."""

import re
from dataclasses import dataclass

from ci.errors import ConfigurationError, Problem

SHA_TAG_PREFIX = "sha-"
_GIT_SHA = re.compile(r"[0-9a-f]{40}")
# The grammar is that of github.com/distribution/reference: host[:port]/path[:tag][@digest].
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
_PATH = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"(?:{_HOST}/)?{_PATH}(?:/{_PATH})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_REFERENCE = re.compile(
    rf"(?P<repository>(?:{_HOST}/)?{_PATH}(?:/{_PATH})*)(?::(?P<tag>{_TAG.pattern}))?(?:@(?P<digest>[a-z0-9]+:[0-9a-f]{{32,}}))?"
)
# A name in running text, and the tag or digest behind it: wide, since what it finds is looked up in a set.
_NAME = re.compile(r"(?<![A-Za-z0-9._/-])[-./]*(?P<name>(?:[A-Za-z0-9.-]+:[0-9]+/)?[A-Za-z0-9][A-Za-z0-9._/-]*)")
_BEHIND = re.compile(r":[^\s\"',;)\]}]*|@[a-z0-9]+:[0-9a-f]+")


@dataclass(frozen=True, order=True)
class Reference:
    """A repository and a tag, such as `ghcr.io/org/name:1.2.0`."""

    repository: str
    tag: str

    def __str__(self) -> str:
        return f"{self.repository}:{self.tag}"

    @property
    def host(self) -> str:
        """The registry's host, with its port if there is one."""
        return self.repository.partition("/")[0]

    @property
    def path(self) -> str:
        """The repository's path within its registry."""
        return self.repository.partition("/")[2]


def sha_tag(git_sha: str) -> str:
    """The tag of a commit, `sha-` and its 40 hex digits.

    Raises:
        ConfigurationError: `git_sha` is not a full, lower-case git sha.
    """
    if _GIT_SHA.fullmatch(git_sha):
        return SHA_TAG_PREFIX + git_sha
    if _GIT_SHA.fullmatch(git_sha.lower()):
        what, hint = "The git sha has upper-case letters", f"give {git_sha.lower()}"
    elif re.fullmatch(r"[0-9a-f]{4,39}", git_sha.lower()):
        what, hint = (
            f"The git sha is short ({len(git_sha)} digits)",
            f"give the full one: --sha $(git rev-parse {git_sha.lower()})",
        )
    else:
        what, hint = "The git sha is not one", "give --sha $(git rev-parse HEAD)"
    raise ConfigurationError(Problem(what=what, value=repr(git_sha), expected="40 lower-case hex digits", hint=hint))


def is_repository(text: str) -> bool:
    """Whether a registry takes `text` as a repository's name (distribution/reference, 255 characters at most)."""
    return len(text) <= 255 and _REPOSITORY.fullmatch(text) is not None  # noqa: PLR2004 - the grammar's own figure


def is_tag(text: str) -> bool:
    """Whether a registry takes `text` as a tag."""
    return _TAG.fullmatch(text) is not None


def repository_of(image: str) -> str:
    """The repository of a reference as it stands in a compose file; `""` where it is none (such as `${IMAGE}`)."""
    found = _REFERENCE.fullmatch(image.strip())
    return found["repository"] if found else ""


def mentions_of(repositories: frozenset[str], text: str) -> list[tuple[str, str]]:
    """Each `(repository, rest)` of an own repository named anywhere in `text`.

    `rest` is what stands behind the name, such as `:latest` or `@sha256:…`, or `""`. A name that only begins like an
    own one (`ghcr.io/o/app-worker` for `ghcr.io/o/app`) is another repository.
    """
    found = []
    for match in _NAME.finditer(text):
        if match.group().startswith("//") and text.endswith(("http:", "https:"), 0, match.start()):
            continue  # a page, such as that of the sources
        repository = match["name"].rstrip(".")  # the end of a sentence
        if repository in repositories:
            rest = _BEHIND.match(text, match.start("name") + len(repository))
            found.append((repository, rest.group() if rest else ""))
    return found
