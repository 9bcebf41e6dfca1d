"""Events and what is decided for them: the table of docs/ci.md, and the tests of the decision."""

from typing import NamedTuple

from github_events import NONE, SHA, Json, deletion, dispatch, pull_request, push, repository, tag

FULL, SKIP = "build(full)", "build(skip-docker)"
_KEYWORDS = f"{FULL} or {SKIP}"
_WATCHED = "main, staging, feature/**, fix/**, bugfix/**"


class Row(NamedTuple):
    """`decision` is the whole answer; `what` and `message` are how the table tells of the event."""

    what: str
    message: str
    event: Json
    decision: str


def on(branch: str, message: str, decision: str) -> Row:
    return Row(f"push to `{branch}`", message, push(branch, message), decision)


def quoted(message: str, keyword: str = FULL) -> Row:
    """A push to a feature branch whose message has a keyword only where it does not count."""
    without = f"not released: push to feature/cart without {_KEYWORDS}: the commit message only quotes {keyword}"
    return on("feature/cart", message, without)


def counts(message: str, keyword: str = FULL, how: str = "released in full") -> Row:
    return on("feature/cart", message, f"{how}: push to feature/cart with {keyword}")


def absent(message: str) -> Row:
    return on("feature/cart", message, f"not released: push to feature/cart without {_KEYWORDS}")


_MERGE = "Merge pull request #12 from shop-org/release"
_GITLAB = "Merge branch 'release' into 'main'"
_RELEASED = "released in full: push to main of chore(release)"
_PLAIN = "not released: push to main without chore(release)"
_COMMITS = "Add a cart (#12)\n\n* Add a cart\n\n* Build it: build(full)"

ROWS = (
    Row("started by hand for `main`", "", dispatch(), "released in full: started by hand for branch main"),
    Row(
        "started by hand for a branch that no rule names",
        "",
        dispatch("refs/heads/docs"),
        "released in full: started by hand for branch docs",
    ),
    Row(
        "started by hand for a tag",
        "",
        dispatch("refs/tags/v1.4.0"),
        "released in full: started by hand for tag v1.4.0",
    ),
    Row(
        "started by hand with the input `skip_build`",
        "",
        dispatch(inputs={"skip_build": "true"}),
        "released without building images: started by hand for branch main with skip_build",
    ),
    Row(
        "started by hand, `skip_build` not ticked, other inputs given",
        "",
        dispatch(inputs={"skip_build": "false", "reason": "build(skip-docker)"}),
        "released in full: started by hand for branch main",
    ),
    on("main", "chore(release): 1.4.0", _RELEASED),
    on("main", "chore(release)!: 2.0.0", _RELEASED),
    on("main", "chore(release) 1.4.0 (#12)", _RELEASED),
    on("main", "Chore(Release): 1.4.0", _RELEASED),
    on("main", f"{_MERGE}\n\nchore(release): 1.4.0", _RELEASED),
    on("main", f"{_GITLAB}\n\nchore(release): 1.4.0\n\nSee merge request shop-org/shop!5", _RELEASED),
    on(
        "main",
        "chore(release): 1.4.0\n\nbuild(skip-docker)",
        "released without building images: push to main of chore(release) with build(skip-docker)",
    ),
    on(
        "main",
        "chore(release): 1.4.0\n\nbuild(full)",
        "released in full: push to main of chore(release) with build(full)",
    ),
    on("main", "feat: a cart", _PLAIN),
    on("main", "feat: a cart\n\nbuild(full)", _PLAIN),
    on("main", "fix: the text after chore(release): 1.4.0", _PLAIN),
    on("main", "fix: a typo\n\nchore(release): 1.4.0 had it.", _PLAIN),
    on("main", 'Revert "chore(release): 1.4.0"\n\nThis reverts commit 6113728.', _PLAIN),
    on("main", "fixup! chore(release): 1.4.0", _PLAIN),
    on("main", "chore(release)ing: 1.4.0", _PLAIN),
    on("main", "chore(releases): 1.4.0", _PLAIN),
    Row(
        "push to `main` of a release commit and another after it",
        "docs: a typo",
        push("main", "docs: a typo", "chore(release): 1.4.0"),
        _PLAIN,
    ),
    Row(
        "push to `main` whose last commit is the release commit",
        "chore(release): 1.4.0",
        push("main", "chore(release): 1.4.0", "feat: a cart"),
        _RELEASED,
    ),
    Row(
        "force push to `main` back to an older release commit",
        "chore(release): 1.3.0",
        push("main", "chore(release): 1.3.0", forced=True, commits=[]),
        "not released: push to main without a new commit",
    ),
    Row(
        "force push to `feature/cart` of an amended commit",
        "build(full)",
        push("feature/cart", "build(full)", forced=True),
        "released in full: push to feature/cart with build(full)",
    ),
    on("staging", "feat: a cart build(full)", "released in full: push to staging with build(full)"),
    on("feature/a/b", "build(full)", "released in full: push to feature/a/b with build(full)"),
    on("fix/x", f"x {SKIP}", f"released without building images: push to fix/x with {SKIP}"),
    on("bugfix/x", "build(full): a cart", "released in full: push to bugfix/x with build(full)"),
    on("feature", FULL, f"not released: push to feature, which is none of {_WATCHED}"),
    on("staging-2", FULL, f"not released: push to staging-2, which is none of {_WATCHED}"),
    on("my/feature/x", FULL, f"not released: push to my/feature/x, which is none of {_WATCHED}"),
    on("Staging", FULL, f"not released: push to Staging, which is none of {_WATCHED}"),
    on("staging", "chore(release): 1.4.0", f"not released: push to staging without {_KEYWORDS}"),
    absent("feat: a cart"),
    absent(""),
    counts("feat: a cart\n\nThe cart works.\nbuild(full)\n\nCloses #4"),
    counts("feat: a cart\r\n\r\nbuild(full)\r\n"),
    counts("BUILD(FULL) a cart"),
    counts("feat: a cart (build(full))"),
    counts("feat: a cart, build(full)."),
    counts("don't wait for the users' review: build(full)"),
    counts('use a 5" display\n\nbuild(full)'),
    counts(_COMMITS),
    counts(f"{_MERGE}\n\nAdd a cart, build(full)"),
    counts(f"a cart {SKIP}", SKIP, "released without building images"),
    counts(f"{SKIP}\n\nNo: {FULL}", f"{FULL} and {SKIP}"),
    counts('Revert "feat: a cart"\n\nThis reverts commit 6113728.\n\nbuild(full)'),
    counts('Revert "feat: a cart", build(full)'),
    absent("rebuild(full)"),
    absent("no-build(full)"),
    absent("build(full)y"),
    absent("build (full)"),
    absent("build(fully)"),
    absent("docs/build(full).md"),
    absent("Merge branch 'main' into feature/build(full)"),
    quoted('docs: say what "build(full)" does'),
    quoted("docs: say what “build(full)” does"),
    quoted("docs: say what 'build(full)' does"),
    quoted("docs: say what `build(full)` does"),
    quoted("docs: the keywords\n\n```\ngit commit -m build(skip-docker)\n```", SKIP),
    quoted("docs: the keywords\n\n> Write build(full) to build.\n\nDone."),
    quoted('feat: a cart\n\nThe rule "a commit with\nbuild(full) is released" stays.'),
    quoted('Revert "feat: a cart build(full)"\n\nThis reverts commit 6113728.'),
    quoted('Revert "Revert "feat: a cart build(full)""'),
    quoted('Reapply "feat: a cart build(full)"'),
    quoted('Reapply "Revert "feat: a cart build(full)""'),
    quoted("feat: a cart\n\nThe command `git commit -m\nbuild(full)` stays."),
    quoted("revert: feat: a cart build(full)"),
    quoted("fixup! feat: a cart build(full)"),
    Row(
        "push of a new branch with a commit of its own",
        FULL,
        push("feature/cart", FULL, created=True, before=NONE),
        "released in full: push to feature/cart with build(full)",
    ),
    Row(
        "push of a new branch at a commit that another branch has",
        FULL,
        push("feature/cart", FULL, commits=[], created=True, before=NONE),
        "not released: push to feature/cart without a new commit",
    ),
    Row(
        "push whose head commit has no keyword, but an earlier one",
        "feat: more",
        push("feature/cart", "feat: more", "build(full)"),
        f"not released: push to feature/cart without {_KEYWORDS}",
    ),
    Row("deleted branch", "", deletion("refs/heads/feature/cart"), "not released: branch feature/cart was deleted"),
    Row("deleted tag", "", deletion("refs/tags/v1.4.0"), "not released: tag v1.4.0 was deleted"),
    Row(
        "push of a tag",
        "chore(release): 1.4.0",
        tag("v1.4.0", "chore(release): 1.4.0"),
        "not released: push of tag v1.4.0, which is no branch",
    ),
    Row(
        "push of another ref",
        "build(full)",
        push("x", FULL, ref="refs/notes/commits"),
        "not released: push of refs/notes/commits, which is no branch",
    ),
    Row(
        "push in a fork",
        "chore(release): 1.4.0",
        push("main", "chore(release): 1.4.0", fork=True),
        "not released: the repository is a fork, and the setting `events.forks` is false",
    ),
    Row(
        "started by hand in a fork",
        "",
        dispatch(fork=True),
        "not released: the repository is a fork, and the setting `events.forks` is false",
    ),
    Row("pull request", FULL, pull_request(), "not released: pull_request is neither a push nor a manual dispatch"),
    Row(
        "pull request of a fork",
        FULL,
        pull_request(fork=True),
        "not released: pull_request is neither a push nor a manual dispatch",
    ),
    Row(
        "schedule",
        "",
        {"schedule": "0 4 * * *", "repository": repository()},
        "not released: schedule is neither a push nor a manual dispatch",
    ),
    Row(
        "new branch or tag (event `create`)",
        "",
        {"ref": "x", "ref_type": "branch", "master_branch": "main", "repository": repository()},
        "not released: create is neither a push nor a manual dispatch",
    ),
    Row(
        "Slipway's own JSON: `push`",
        "build(full)",
        {"kind": "push", "branch": "fix/x", "git_sha": SHA, "message": FULL, "new_commits": 2},
        "released in full: push to fix/x with build(full)",
    ),
    Row(
        "Slipway's own JSON: `manual`",
        "",
        {"kind": "manual", "branch": "main", "skip_build": True},
        "released without building images: started by hand for branch main with skip_build",
    ),
    Row(
        "Slipway's own JSON: tag",
        "",
        {"kind": "push", "tag": "v1.4.0", "git_sha": SHA},
        "not released: push of tag v1.4.0, which is no branch",
    ),
)


def table() -> list[str]:
    """The rows as Markdown, as docs/ci.md has them."""
    lines = ["| event | message of the head commit | decision |", "| --- | --- | --- |"]
    for row in ROWS:
        message = row.message.replace("\r", "").replace("\n", "⏎").replace("|", "\\|")
        fence = "``" if "`" in message else "`"
        space = " " if "`" in message else ""
        shown = f"{fence}{space}{message}{space}{fence}" if message else ""
        lines.append(f"| {row.what} | {shown} | {row.decision} |")
    return lines
