"""From a call's arguments to a pipeline's inputs: what is read, what overrides what, and every problem at once."""

import json
from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeVar

import anyio
import anyio.lowlevel
import pytest
from fakes import COMPOSE, GIT_SHA, NAMES, SHA_TAG, sha_ref, small_plan
from github_events import push
from session_fakes import PYPROJECT, FakeRepository, FakeSecret, FakeTree, tree

from ci.core.event.decide import WITHOUT_EVENT, Release
from ci.core.release.commit_tree import Change, GitFolder, TreeState
from ci.core.release.pinned import WITHOUT_DIGESTS
from ci.core.release.rehearsal import rehearsal_plan
from ci.core.settings.product import Settings
from ci.core.smoke.plan import SmokePlan
from ci.errors import ConfigurationError, Problem
from ci.pipelines.credentials import omnistrate_api_key, registry_token
from ci.results import check_unchanged
from ci.session import (
    OVERRIDES,
    RehearsedSmoke,
    Session,
    SmokeScope,
    plan_rehearsed_smoke,
    plan_smoke,
    read_source,
)

R = TypeVar("R")


def session(source: FakeTree | None = None, **overrides: str | int) -> Session:
    return Session(source or tree(), overrides, "registry.example")


def result(work: Awaitable[R]) -> R:
    async def awaited() -> R:
        return await work

    return anyio.run(awaited)


def problems(work: Awaitable[object]) -> list[Problem]:
    with pytest.raises(ConfigurationError) as caught:
        result(work)
    return list(caught.value.problems)


def test_a_plan_is_made_of_the_source_and_its_settings() -> None:
    plan = result(session().plan(GIT_SHA))
    assert [one.name for one in plan.images] == list(NAMES)
    assert (plan.version, plan.settings.product_name) == ("1.2.0", "Shop")
    assert plan.pinned == small_plan().pinned


def test_an_argument_overrides_its_setting_unless_it_is_empty() -> None:
    plan = result(session(product_name="Another", image_prefix="", parallel_builds=0).plan(GIT_SHA))
    settings = plan.settings
    assert (settings.product_name, settings.image_prefix, settings.parallel_builds) == (
        "Another",
        "registry.example/o/shop",
        16,
    )


def test_without_a_commit_the_product_is_read_all_the_same() -> None:
    assert result(session().plan()).git_sha == "0" * 40


def test_problems_of_arguments_settings_and_source_are_reported_together() -> None:
    source = tree(pyproject=PYPROJECT + "sort = 1\n", version="one\n")
    found = problems(session(source, environment_type="Dev-1").plan("main"))
    text = "\n".join(map(str, found))
    for part in ("sort", "environment_type", "VERSION", "git sha"):
        assert part in text


def test_the_credentials_are_given_with_the_plan() -> None:
    token, key = registry_token(FakeSecret("token\n")), omnistrate_api_key(FakeSecret(" key "))
    call = session()
    plan, values = result(call.with_credentials(call.plan(GIT_SHA), token, key))
    assert plan.git_sha == GIT_SHA
    assert values == ["token", "key"]


def test_problems_of_the_plan_and_of_all_credentials_are_reported_together() -> None:
    unreadable = FakeSecret(
        problem=Problem(what="A secret can't be read", value="no such file", expected="a file", hint="")
    )
    credentials = registry_token(FakeSecret(" \n")), omnistrate_api_key(unreadable)
    call = session(tree(version="one\n"))
    found = problems(call.with_credentials(call.plan(GIT_SHA), *credentials))
    assert [one.what for one in found][1:] == ["The registry token is empty", "The Omnistrate API key can't be read"]
    assert found[0].file == "VERSION"
    assert found[1].hint.startswith("give --registry-token env://NAME")
    assert (found[2].value, found[2].hint.partition(" env:")[0]) == ("no such file", "give --omnistrate-api-key")


def test_a_credential_s_value_is_in_no_problem() -> None:
    call = session(tree(version="one\n"))
    found = problems(call.with_credentials(call.plan("main"), registry_token(FakeSecret("s3cret"))))
    assert "s3cret" not in "\n".join(map(repr, found))


def test_a_release_is_of_the_commit_that_the_source_is() -> None:
    assert result(session().released(GIT_SHA, FakeRepository())) == result(session().plan(GIT_SHA))
    dirty = TreeState(git=GitFolder.FOLDER, head=GIT_SHA, changes=(("VERSION", Change.CHANGED),))
    found = problems(session(tree(version="one\n")).released(GIT_SHA, FakeRepository(dirty)))
    assert [one.what for one in found] == ["The source differs from its commit", "Not a semantic version"]


def test_a_git_sha_that_is_none_is_compared_with_no_commit() -> None:
    found = problems(session().released("main", FakeRepository(TreeState(git=GitFolder.MISSING))))
    assert [one.what for one in found] == ["Not a git sha"]


def test_an_event_is_decided_by_the_settings_and_without_one_the_call_releases() -> None:
    assert result(session().decision("", GIT_SHA)) == WITHOUT_EVENT
    event = json.dumps(push("trunk", "chore(release): 1", after=GIT_SHA))
    assert result(session().decision(event, GIT_SHA)).release is Release.NONE
    own = PYPROJECT + '\n[tool.slipway.events]\nrelease_branches = ["trunk"]\n'
    assert result(session(tree(pyproject=own)).decision(event, GIT_SHA)).release is Release.FULL
    bad = PYPROJECT + "\n[tool.slipway.events]\nforks = 1\n"
    (wrong,) = problems(session(tree(pyproject=bad)).decision(event, GIT_SHA))
    assert (wrong.what, wrong.line) == ("Invalid setting `events.forks`", 11)
    assert [one.what for one in problems(session().decision("[]", GIT_SHA))] == ["The event is not a JSON object"]


def test_a_credential_goes_to_nobody_whom_the_source_chose() -> None:
    source = tree(
        pyproject=PYPROJECT.replace("[tool.slipway]\n", '[tool.slipway]\nomctl_image = "evil.example/omctl"\n')
    )
    credentials = registry_token(FakeSecret("token")), omnistrate_api_key(FakeSecret("key"))
    call = Session(source, {})
    found = problems(call.with_credentials(call.plan(GIT_SHA), *credentials))
    assert [one.value.partition(",")[0] for one in found] == ["registry.example", "evil.example/omctl"]


def test_images_need_no_version_and_one_may_be_selected() -> None:
    source = tree(version="")
    assert [one.name for one in result(session(source).images())[1]] == list(NAMES)
    assert [one.name for one in result(session(source).images("jobs"))[1]] == ["worker"]
    assert [one.value for one in problems(session(source).images("nothing"))] == ["nothing"]


def test_the_pinned_file_needs_the_compose_file_alone() -> None:
    source = tree()
    made = result(session(source).pinned(GIT_SHA))
    assert made.pinned == small_plan().pinned
    assert made.source_text == COMPOSE
    assert source.read == ["pyproject.toml", "docker-compose.yaml"]


def test_the_log_of_the_pinned_file_has_its_references_and_on_request_the_difference() -> None:
    made = result(session().pinned(GIT_SHA))
    lines = made.log(diff=False).splitlines()
    assert len(lines) == len(made.pinned.changes)
    assert sha_ref("web") in lines[0]
    assert made.log(diff=True).startswith("--- source\n")
    with_digests = tree(pyproject=PYPROJECT.replace("sidecars =", "pin_digests = true\nsidecars ="))
    later = result(session(with_digests).pinned(GIT_SHA))
    assert later.log(diff=False).splitlines() == [*lines, WITHOUT_DIGESTS]


def test_an_upgrade_checks_its_target_the_settings_and_the_key_together() -> None:
    call = session()
    key = omnistrate_api_key(FakeSecret("key\n"))
    (settings, target), values = result(call.with_credentials(call.upgrade("instance-1", "12.0"), key))
    assert (settings.product_name, target, values) == ("Shop", ("instance-1", "12.0"), ["key"])
    source = tree(pyproject=PYPROJECT + "sort = 1\n")
    call = session(source)
    found = problems(call.with_credentials(call.upgrade("*", "12.0"), omnistrate_api_key(FakeSecret())))
    assert [one.what for one in found][1:] == ["Not the id of one instance", "The Omnistrate API key is empty"]


def test_every_file_of_a_full_source_is_known_and_of_another_only_what_is_named() -> None:
    compose = COMPOSE + "    env_file: [.env.db, .env.none]\n"
    source = tree(compose=compose)
    source.by_path[".env.db"] = "A=1\n"
    settings = result(session().plan()).settings
    full = result(read_source(source, settings))
    assert full.files == source.by_path.keys()
    assert {"VERSION", "Dockerfile.web", ".env.db"} <= full.texts.keys()
    spec = result(read_source(source, settings, full=False))
    assert spec.files == {"docker-compose.yaml", ".env.db"}
    assert spec.texts == {"docker-compose.yaml": compose, ".env.db": "A=1\n"}


def test_what_the_compose_file_extends_and_includes_is_read_level_by_level() -> None:
    files = {
        "docker-compose.yaml": "include: [db/db.yaml]\nservices:\n  web:\n    extends: {file: a.yaml, service: a}\n",
        "a.yaml": "services:\n  a:\n    extends: {file: b/b.yaml, service: b}\n",
        "b/b.yaml": "services:\n  b:\n    image: b\n",
        "db/db.yaml": "services:\n  db:\n    image: db\n",
    }
    for full in (True, False):
        read = result(read_source(FakeTree(files), Settings(), full=full))
        assert read.compose is not None
        assert [(one.name, one.image) for one in read.compose.services] == [("web", "b"), ("db", "db")]
        assert files.keys() <= read.texts.keys() & read.files


def test_a_file_that_is_generated_now_is_unchanged_and_another_is_shown_with_its_difference() -> None:
    check_unchanged("a\n", "a\n")
    with pytest.raises(ConfigurationError, match="differs") as caught:
        check_unchanged("a\n", "b\n")
    assert "-a" in caught.value.problems[0].excerpt


def smoke(scope: SmokeScope, **more: bool) -> SmokePlan:
    made = result(session().pinned(GIT_SHA))
    numbers = iter(range(100))
    return plan_smoke(
        made.settings, GIT_SHA, made.pinned.embedded, scope, generate=lambda: f"generated-{next(numbers)}", **more
    )


def test_a_smoke_generates_a_value_for_each_secret() -> None:
    plan = smoke(SmokeScope.ALL)
    assert set(plan.secrets) == {"dbPassword", "queuePassword"}
    assert sorted(plan.secrets.values()) == ["generated-0", "generated-1"]
    assert SHA_TAG in plan.start.services[0].image


def test_the_pinned_file_of_a_smoke_is_beside_the_compose_file() -> None:
    made = result(session().pinned(GIT_SHA))
    settings = replace(made.settings, compose_file="deploy/docker-compose.yaml")
    plan = plan_smoke(settings, GIT_SHA, made.pinned.embedded, SmokeScope.ALL)
    assert plan.file == "deploy/docker-compose.omni.yaml"


def test_two_smokes_generate_different_values() -> None:
    made = result(session().pinned(GIT_SHA))
    first, second = (plan_smoke(made.settings, GIT_SHA, made.pinned.embedded, SmokeScope.ALL) for _ in range(2))
    assert not set(first.secrets.values()) & set(second.secrets.values())


def test_the_scope_of_a_smoke_is_all_services_or_the_core() -> None:
    assert {one.name for one in smoke(SmokeScope.ALL).start.services} == {"web", "jobs", "mail", "db"}
    core = smoke(SmokeScope.CORE, keep_volumes=True)
    assert {one.name for one in core.start.services} == {"db"}
    assert core.title == f"Shop, commit {GIT_SHA}, core only"
    assert core.keep_volumes


def test_a_rehearsal_ends_with_the_smoke_that_is_asked_for() -> None:
    plan = rehearsal_plan(result(session().plan(GIT_SHA)))
    assert plan_rehearsed_smoke(plan, RehearsedSmoke.NONE) is None
    started = {
        scope: {one.name for one in found.start.services} if (found := plan_rehearsed_smoke(plan, scope)) else set()
        for scope in (RehearsedSmoke.CORE, RehearsedSmoke.ALL)
    }
    assert started == {RehearsedSmoke.CORE: {"db"}, RehearsedSmoke.ALL: {"web", "jobs", "mail", "db"}}


def test_every_override_is_a_setting() -> None:
    settings = result(session().plan()).settings
    assert all(hasattr(settings, name) for name in OVERRIDES)
