"""References: the sha tag of a commit, valid names and tags, and the mentions of an own image in a text."""

import pytest

from ci.core.references import Reference, is_repository, is_tag, mentions_of, normalized, repository_of, sha_tag
from ci.errors import ConfigurationError

SHA = "0123456789abcdef0123456789abcdef01234567"
DIGEST = "sha256:" + "a" * 64
OWN = frozenset({"ghcr.io/o/app", "ghcr.io/o/app-dockerfile.web"})


def test_a_sha_tag_is_the_full_git_sha() -> None:
    assert sha_tag(SHA) == f"sha-{SHA}"


@pytest.mark.parametrize(
    ("git_sha", "what", "hint"),
    [
        (SHA[:7], "The git sha is short (7 digits)", f"--sha $(git rev-parse {SHA[:7]})"),
        (SHA[:39], "The git sha is short (39 digits)", f"--sha $(git rev-parse {SHA[:39]})"),
        (SHA[:8].upper(), "The git sha is short (8 digits)", f"--sha $(git rev-parse {SHA[:8]})"),
        (SHA.upper(), "The git sha has upper-case letters", f"give --sha {SHA}"),
        ("A" + SHA[1:], "The git sha has upper-case letters", f"give --sha a{SHA[1:]}"),
        (SHA + "0", "Not a git sha", "$(git rev-parse HEAD)"),
        (SHA + "\n", "Not a git sha", "$(git rev-parse HEAD)"),
        ("abc", "Not a git sha", "$(git rev-parse HEAD)"),
        ("g" * 40, "Not a git sha", "$(git rev-parse HEAD)"),
        ("main", "Not a git sha", "$(git rev-parse HEAD)"),
        (f"sha-{SHA}", "Not a git sha", "$(git rev-parse HEAD)"),
        ("", "Not a git sha", "$(git rev-parse HEAD)"),
    ],
)
def test_anything_but_a_full_git_sha_is_an_error_with_what_to_give(git_sha: str, what: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        sha_tag(git_sha)
    (problem,) = caught.value.problems
    assert (problem.what, problem.value, problem.expected) == (what, repr(git_sha), "40 lower-case hex digits")
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("repository", "host", "path"),
    [
        ("ghcr.io/o/app", "ghcr.io", "o/app"),
        ("127.0.0.1:5000/app", "127.0.0.1:5000", "app"),
    ],
)
def test_a_reference_knows_its_host_and_path(repository: str, host: str, path: str) -> None:
    reference = Reference(repository, "1.0.0")
    assert (reference.host, reference.path, str(reference)) == (host, path, f"{repository}:1.0.0")


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("ghcr.io/experio-ai/experio-dockerfile.structured_data", True),
        ("ghcr.io/o/a-dockerfile.ingestion_v2", True),
        ("127.0.0.1:5000/app", True),
        ("[::1]:5000/app", True),
        ("app", True),
        ("o/a__b--c.d", True),
        ("ghcr.io/" + "a" * 247, True),
        ("ghcr.io/" + "a" * 248, False),
        ("ghcr.io/Org/app", False),
        ("ghcr.io/o/app:1", False),
        ("ghcr.io/o/app@" + DIGEST, False),
        ("ghcr.io/o/a..b", False),
        ("ghcr.io/o/a___b", False),
        ("ghcr.io/o/-a", False),
        ("ghcr.io/o/a.", False),
        ("ghcr.io//app", False),
        ("https://ghcr.io/o/app", False),
        ("ghcr.io/o/app\n", False),
        ("", False),
    ],
)
def test_the_valid_names_of_repositories(text: str, valid: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_repository(text) is valid


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("1.0.0", True),
        (f"sha-{SHA}", True),
        ("_a", True),
        ("a" * 128, True),
        ("a" * 129, False),
        ("1.0.0+b", False),
        ("-a", False),
        (".a", False),
        ("a\n", False),
        ("", False),
    ],
)
def test_the_valid_tags(text: str, valid: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_tag(text) is valid


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        ("ghcr.io/o/app:latest", "ghcr.io/o/app"),
        (" ghcr.io/o/app ", "ghcr.io/o/app"),
        ("ghcr.io/o/app@" + DIGEST, "ghcr.io/o/app"),
        ("ghcr.io/o/app:1@" + DIGEST, "ghcr.io/o/app"),
        ("localhost:5000/app", "localhost:5000/app"),
        ("postgres:16", "postgres"),
        ("${IMAGE}", ""),
        ("ghcr.io/o/app:${TAG}", ""),
        ("", ""),
    ],
)
def test_the_repository_of_an_image_of_a_compose_file(image: str, repository: str) -> None:
    assert repository_of(image) == repository


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("redis", "docker.io/library/redis:latest"),
        (" redis:8 ", "docker.io/library/redis:8"),
        ("docker.io/redis", "docker.io/library/redis:latest"),
        ("index.docker.io/o/app", "docker.io/o/app:latest"),
        ("o/app:1", "docker.io/o/app:1"),
        ("ghcr.io/app", "ghcr.io/app:latest"),
        ("localhost/app", "localhost/app:latest"),
        ("Host/app", "Host/app:latest"),
        ("host:5000/app", "host:5000/app:latest"),
        (f"redis:8@{DIGEST}", f"docker.io/library/redis@{DIGEST}"),
        ("${IMAGE}", "${IMAGE}"),
        ("", ""),
    ],
)
def test_a_name_is_completed_as_docker_does(image: str, expected: str) -> None:
    assert normalized(image) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ghcr.io/o/app:latest", [("ghcr.io/o/app", ":latest")]),
        ("ghcr.io/o/app", [("ghcr.io/o/app", "")]),
        ("image=ghcr.io/o/app@" + DIGEST, [("ghcr.io/o/app", "@" + DIGEST)]),
        ('["ghcr.io/o/app:1","x"]', [("ghcr.io/o/app", ":1")]),
        ("docker://ghcr.io/o/app:edge", [("ghcr.io/o/app", ":edge")]),
        ("${IMAGE:-ghcr.io/o/app:1}", [("ghcr.io/o/app", ":1")]),
        ("see ghcr.io/o/app.", [("ghcr.io/o/app", "")]),
        ("https://ghcr.io/o/app", []),
        (
            "ghcr.io/o/app:1 ghcr.io/o/app-dockerfile.web",
            [("ghcr.io/o/app", ":1"), ("ghcr.io/o/app-dockerfile.web", "")],
        ),
        ("ghcr.io/o/app-worker:latest", []),
        ("ghcr.io/o/app/worker:latest", []),
        ("mirror/ghcr.io/o/app:latest", []),
        ("xghcr.io/o/app:latest", []),
        ("postgres:16", []),
    ],
)
def test_the_mentions_of_own_images_in_a_text(text: str, found: list[tuple[str, str]]) -> None:
    assert mentions_of(OWN, text) == found
