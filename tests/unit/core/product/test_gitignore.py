"""What is ignored where git says nothing; what git says is held by tests/integration/test_gitignore.py."""

import pytest

from ci.core.product.gitignore import SECRET_FILES, GitIgnore


@pytest.mark.parametrize("name", [".npmrc", ".env.local", ".env.test.local", "id_rsa", "store.p12"])
def test_files_that_usually_hold_secrets_are_ignored_where_no_gitignore_says_otherwise(name: str) -> None:
    assert GitIgnore({}).excludes(name)
    assert GitIgnore({"web": "x\n"}).excludes(f"web/{name}")
    assert not GitIgnore({"": ""}).excludes(name)


@pytest.mark.parametrize("path", [".env", "server/.env", "ca.pem", "web/id_rsa.pub", "VERSION"])
def test_others_are_not(path: str) -> None:
    assert not GitIgnore({}).excludes(path)


def test_a_folder_of_secrets_is_ignored_with_all_that_is_in_it() -> None:
    assert GitIgnore({}).excludes("home/.ssh/config")
    assert GitIgnore({}).excludes("home/.ssh", folder=True)
    assert len(set(SECRET_FILES)) == len(SECRET_FILES)


def test_a_gitignore_of_another_folder_is_taken_over() -> None:
    rules = GitIgnore({"": "*.log\n"})
    rules.add("web", "!a.log\n")
    assert (rules.excludes("a.log"), rules.excludes("web/a.log"), rules.excludes("web/b.log")) == (True, False, True)


def test_a_pattern_for_folders_names_no_file() -> None:
    assert not GitIgnore({"": "build/\n"}).excludes("build")
    assert GitIgnore({"": "build/\n"}).excludes("build", folder=True)
