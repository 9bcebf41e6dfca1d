"""Paths of a compose file, relative to the top of the source."""

import pytest

from ci.core.compose.paths import from_top, is_remote


@pytest.mark.parametrize(
    ("compose_file", "path", "result"),
    [
        ("docker-compose.yaml", "./certs/", "certs"),
        ("docker-compose.yaml", ".", "."),
        ("docker-compose.yaml", "../x", "../x"),
        ("deploy/compose.yaml", ".", "deploy"),
        ("deploy/compose.yaml", "./certs", "deploy/certs"),
        ("deploy/compose.yaml", "../web", "web"),
        ("deploy/compose.yaml", "../../web", "../web"),
        ("deploy/compose.yaml", "/etc/x", "/etc/x"),
        ("./deploy/compose.yaml", "..", "."),
        ("deploy/compose.yaml", "https://code.example/o/r.git", "https://code.example/o/r.git"),
        ("deploy/compose.yaml", "git@code.example:o/r.git", "git@code.example:o/r.git"),
    ],
)
def test_a_path_is_relative_to_the_folder_of_its_compose_file(compose_file: str, path: str, result: str) -> None:
    assert from_top(compose_file, path) == result


@pytest.mark.parametrize(
    ("path", "remote"),
    [
        ("https://x.example/a", True),
        ("FTP://x.example/a", True),
        ("git+ssh://x.example/a", True),
        ("git@x.example:a", True),
        ("./git@", False),
        ("a/b", False),
        ("//x", False),
    ],
)
def test_a_url_or_a_git_repository_is_no_path(path: str, remote: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_remote(path) is remote
