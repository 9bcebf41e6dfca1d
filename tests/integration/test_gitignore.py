"""Which files a source's `.gitignore`s name, held against git's own answer."""

import shutil
import subprocess
from pathlib import Path

import pytest
from programs import unavailable

from ci.core.product.gitignore import GitIgnore

PATHS = (
    *("a.log", "web/a.log", "web/sub/a.log", "build/x", "web/build/x", "build", "web/build/y/z", "keep/a.log"),
    *("server/.env", ".env", ".env.local", "server/.env.local", "doc/frotz/x", "a/doc/frotz/x", "foo/bar", "x/foo/bar"),
    *("abc/d/e", "a/b", "a/x/b", "a/x/y/b", "file ", "file", "#hash", "!bang", "t1", "t2", "tx", "web/only", "only"),
    *("certs/a.pem", "certs/ca.pem", "node/x/index.js", "logs/deep/er/x.txt", "logs/keep.txt"),
)
CASES: dict[str, dict[str, str]] = {
    "names in any folder": {"": "*.log\n.env\n"},
    "folders": {"": "build/\n"},
    "anchored": {"": "/build\n/only\n"},
    "a slash inside": {"": "doc/frotz\nfoo/bar/\n"},
    "double stars": {"": "**/foo\nabc/**\na/**/b\n"},
    "negation": {"": "*.pem\n!ca.pem\n*.log\n!/keep/a.log\n"},
    "negation below an ignored folder": {"": "logs/\n!logs/keep.txt\n"},
    "negation of what a folder holds": {"": "logs/*\n!logs/keep.txt\n"},
    "spaces and escapes": {"": "file \n\\#hash\n\\!bang\n"},
    "an escaped space": {"": "file\\ \n"},
    "classes": {"": "t[12]\n"},
    "negated classes": {"": "t[!1]\n"},
    "question marks": {"": "t?\n"},
    "comments and empty lines": {"": "# *.log\n\n\n"},
    "everything but": {"": "*\n!*/\n!*.log\n"},
    "nested files": {"": "*.log\n", "web": "!a.log\nonly\n", "server": ".env*\n"},
    "nested files that anchor": {"web": "/a.log\n/sub/\n"},
    "stars": {"": "web/*\n.env.*\n"},
    "line ends of another system": {"": "*.log\r\nbuild/\r\n"},
}


@pytest.mark.parametrize("name", CASES)
def test_the_same_files_are_ignored_as_by_git(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not shutil.which("git"):
        unavailable("git", "git is missing")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for folder, text in CASES[name].items():
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / ".gitignore").write_bytes(text.encode())
    folders = {parent for path in PATHS for parent in Path(path).parents}
    paths = [path for path in PATHS if Path(path) not in folders]
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    listed = subprocess.run(
        ["git", "-C", tmp_path, "ls-files", "-z", "--others", "--ignored", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    rules = GitIgnore({"": "", **CASES[name]})
    assert {path for path in paths if rules.excludes(path)} == set(paths) & set(listed.split("\0"))
