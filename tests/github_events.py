"""Events of GitHub Actions in the shapes of its payloads, shortened to the keys that tell them apart.

https://docs.github.com/webhooks/webhook-events-and-payloads, compared with payloads of public repositories.
"""

from typing import Any

Json = dict[str, Any]  # Any: JSON

SHA, BEFORE, NONE = "6113728f27ae82c7b1a177c8d03f9e96e0adf246", "e90052f8c7f6b21c565afb066e8cab500b9bcfdc", "0" * 40


def repository(*, fork: bool = False) -> Json:
    owner = {"login": "shop-org", "id": 21031067, "type": "Organization", "site_admin": False}
    return {
        "id": 186853002,
        "name": "shop",
        "full_name": "shop-org/shop",
        "private": True,
        "owner": owner,
        "fork": fork,
        "default_branch": "main",
        "master_branch": "main",
        "pushed_at": 1557933657,
    }


def commit(message: str, git_sha: str = SHA, *, distinct: bool = True) -> Json:
    person = {"name": "Ada", "email": "ada@example.org", "username": "ada"}
    return {
        "id": git_sha,
        "tree_id": "31b122c26a97cf9af023e9ddab94a82c6e77b0ea",
        "distinct": distinct,
        "message": message,
        "timestamp": "2026-11-20T15:19:25Z",
        "url": f"https://github.com/shop-org/shop/commit/{git_sha}",
        "author": person,
        "committer": person,
        "added": [],
        "removed": [],
        "modified": ["README.md"],
    }


def push(branch: str, message: str, *earlier: str, fork: bool = False, **changed: object) -> Json:
    """A push to a branch whose head commit has this message; `earlier` are those of the commits before it."""
    commits = [commit(one, f"{number:040x}") for number, one in enumerate(earlier, start=1)]
    event = {
        "ref": f"refs/heads/{branch}",
        "before": BEFORE,
        "after": SHA,
        "repository": repository(fork=fork),
        "pusher": {"name": "ada", "email": "ada@example.org"},
        "sender": {"login": "ada", "id": 1, "type": "User"},
        "created": False,
        "deleted": False,
        "forced": False,
        "base_ref": None,
        "compare": f"https://github.com/shop-org/shop/compare/{BEFORE[:12]}...{SHA[:12]}",
        "commits": [*commits, commit(message)],
        "head_commit": commit(message),
    }
    return event | changed


def deletion(ref: str) -> Json:
    """`git push --delete`: no head commit, and no commit after it."""
    return push("x", "") | {"ref": ref, "after": NONE, "deleted": True, "commits": [], "head_commit": None}


def tag(name: str, message: str) -> Json:
    """A new tag: `base_ref` is the branch that has its commit, and there are no new commits."""
    changed = {
        "ref": f"refs/tags/{name}",
        "before": NONE,
        "created": True,
        "base_ref": "refs/heads/main",
        "commits": [],
    }
    return push("x", message) | changed


def dispatch(ref: str = "refs/heads/main", inputs: Json | None = None, *, fork: bool = False) -> Json:
    """A run started by hand; `inputs` is null where the workflow declares none."""
    return {
        "inputs": inputs,
        "ref": ref,
        "repository": repository(fork=fork),
        "sender": {"login": "ada", "id": 1, "type": "User"},
        "workflow": ".github/workflows/release.yml",
    }


def pull_request(*, fork: bool = False) -> Json:
    head = {"label": "ada:fix/x", "ref": "fix/x", "sha": SHA, "repo": repository(fork=fork)}
    base = {"label": "shop-org:main", "ref": "main", "sha": BEFORE, "repo": repository()}
    about = {"number": 7, "state": "open", "title": "build(full)", "body": "build(full)", "head": head, "base": base}
    return {"action": "opened", "number": 7, "pull_request": about, "repository": repository()}
