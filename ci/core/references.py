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
    rf"(?P<repository>{_REPOSITORY.pattern})(?::(?P<tag>{_TAG.pattern}))?(?:@(?P<digest>[a-z0-9]+:[0-9a-f]{{32,}}))?"
)
_LONGEST_REPOSITORY = 255
_DOCKER_HUB = "docker.io"
# A name in running text, and the tag or digest after it. It matches more than valid names: the caller looks it up.
_NAME = re.compile(r"(?<![A-Za-z0-9._/-])[-./]*(?P<name>(?:[A-Za-z0-9.-]+:[0-9]+/)?[A-Za-z0-9][A-Za-z0-9._/-]*)")
_TAG_OR_DIGEST = re.compile(r":[^\s\"',;)\]}]*|@[a-z0-9]+:[0-9a-f]+")


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
        """The repository's path in its registry."""
        return self.repository.partition("/")[2]


def sha_tag(git_sha: str) -> str:
    """The tag of a commit, `sha-` and its 40 hex digits.

    Raises:
        ConfigurationError: `git_sha` is not a full, lower-case git sha.
    """
    if is_git_sha(git_sha):
        return SHA_TAG_PREFIX + git_sha
    what, hint = "Not a git sha", "give --sha $(git rev-parse HEAD)"
    if _GIT_SHA.fullmatch(git_sha.lower()):
        what, hint = "The git sha has upper-case letters", f"give --sha {git_sha.lower()}"
    elif re.fullmatch(r"[0-9a-f]{4,39}", git_sha.lower()):
        what = f"The git sha is short ({len(git_sha)} digits)"
        hint = f"give the full one: --sha $(git rev-parse {git_sha.lower()})"
    raise ConfigurationError(Problem(what=what, value=repr(git_sha), expected="40 lower-case hex digits", hint=hint))


def is_git_sha(text: str) -> bool:
    """Whether `text` is a full, lower-case git sha."""
    return _GIT_SHA.fullmatch(text) is not None


def is_repository(text: str) -> bool:
    """Whether `text` is a valid name of a repository, by the grammar of distribution/reference."""
    return len(text) <= _LONGEST_REPOSITORY and _REPOSITORY.fullmatch(text) is not None


def is_tag(text: str) -> bool:
    """Whether `text` is a valid tag."""
    return _TAG.fullmatch(text) is not None


def repository_of(image: str) -> str:
    """The repository of an `image` of a compose file; `""` if the value is not a reference, such as `${IMAGE}`."""
    found = _REFERENCE.fullmatch(image.strip())
    return found["repository"] if found else ""


def host_of(repository: str) -> str:
    """The registry's host in a repository's name, with its port; `""` if it has none: docker then takes its hub."""
    host, slash, _ = repository.partition("/")
    return host if slash and ("." in host or ":" in host or host == "localhost" or host != host.lower()) else ""


def normalized(image: str) -> str:
    """An image's name as docker completes it: `docker.io/library/redis:latest` for `redis`.

    With a digest, no tag is added, and one that is given is left out. A text that is no reference is returned without
    the white space around it. The rule is that of github.com/distribution/reference (normalize.go, ParseDockerRef).
    """
    found = _REFERENCE.fullmatch(image.strip())
    if found is None:
        return image.strip()
    host = host_of(found["repository"])
    path = found["repository"].removeprefix(f"{host}/")
    if host in {"", _DOCKER_HUB, f"index.{_DOCKER_HUB}"}:
        host, path = _DOCKER_HUB, path if "/" in path else f"library/{path}"
    return f"{host}/{path}" + (f"@{found['digest']}" if found["digest"] else f":{found['tag'] or 'latest'}")


def mentions_of(repositories: frozenset[str], text: str) -> list[tuple[str, str]]:
    """Each mention of one of the repositories anywhere in a text: its name, and the tag or digest after it.

    The latter is `:latest` or `@sha256:…`, `""` if there is none. A longer name with the same start is another
    repository (`ghcr.io/o/app-worker` for `ghcr.io/o/app`), and a URL such as `https://ghcr.io/o/app` is a page.
    """
    found = []
    for match in _NAME.finditer(text):
        if match.group().startswith("//") and text.endswith(("http:", "https:"), 0, match.start()):
            continue
        repository = match["name"].rstrip(".")  # the end of a sentence
        if repository in repositories:
            rest = _TAG_OR_DIGEST.match(text, match.start("name") + len(repository))
            found.append((repository, rest.group() if rest else ""))
    return found
