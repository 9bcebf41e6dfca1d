"""The release plan: what it holds, how an image is selected, and the labels."""

from dataclasses import replace

import pytest
from fakes import (
    COMPOSE,
    GIT_SHA,
    NAMES,
    SETTINGS,
    SHA_TAG,
    digest_of,
    sha_ref,
    small_plan,
    small_source,
    version_ref,
)

from ci.core.product.source import Source
from ci.core.release.pinned import pinned_compose
from ci.core.release.plan import labels, make_plan, plan_images, select, with_digests
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError


def test_a_plan_has_every_image_with_both_references_in_the_order_of_the_file() -> None:
    plan = small_plan()
    assert [one.name for one in plan.images] == list(NAMES)
    assert [tuple(str(reference) for reference in one.references) for one in plan.images] == [
        (sha_ref(name), version_ref(name)) for name in NAMES
    ]
    assert (plan.version, plan.title, plan.plan_name) == ("1.2.0", f"1.2.0 sha-{GIT_SHA}", "Shop Plan")
    assert plan.description == f"{plan.title}\n\n- Things"
    assert plan.secrets == {"dbPassword": (("web", 7), ("jobs", 15)), "queuePassword": (("jobs", 16),)}
    assert plan.mounted == ()


def test_a_plan_has_every_secret_however_it_is_written() -> None:
    compose = COMPOSE.replace('"{{ $secrets.queuePassword }}"', "${{ secrets.queuePassword }}")
    assert small_plan(compose=compose + "x-token: $secret.token\n").secrets == {
        "dbPassword": (("web", 7), ("jobs", 15)),
        "queuePassword": (("jobs", 16),),
        "token": (("x-token", 21),),
    }


def test_images_are_pinned_to_the_sha_tag_and_never_to_the_version() -> None:
    plan = small_plan()
    assert {change.new for change in plan.pinned.changes} == {sha_ref(name) for name in NAMES}
    assert [change.where for change in plan.pinned.changes] == ["web", "web/scaler", "jobs", "mail"]
    assert "1.2.0" not in plan.pinned.text
    assert ":latest" not in plan.pinned.text
    assert "build:" not in plan.pinned.text


def test_the_pinned_file_alone_equals_that_of_the_plan() -> None:
    assert pinned_compose(small_source(), SETTINGS, GIT_SHA) == small_plan().pinned


DIGESTS = {name: digest_of(name) for name in NAMES}


def test_digests_follow_the_tags_where_the_settings_say_so() -> None:
    plan = small_plan(replace(SETTINGS, pin_digests=True))
    assert plan.pinned == small_plan().pinned
    pinned = with_digests(plan, DIGESTS).pinned
    expected = [f"{sha_ref(name)}@{digest_of(name)}" for name in ("web", "web", "worker", "mail")]
    assert [change.new for change in pinned.changes] == expected
    assert pinned.text.count("@sha256:") == len(expected)
    without = pinned.text
    for digest in DIGESTS.values():
        without = without.replace(f"@{digest}", "")
    assert without == plan.pinned.text


def test_without_the_setting_a_digest_changes_nothing() -> None:
    plan = small_plan()
    assert with_digests(plan, DIGESTS) is plan


def test_the_pinned_file_alone_has_no_digests() -> None:
    assert pinned_compose(small_source(), replace(SETTINGS, pin_digests=True), GIT_SHA) == small_plan().pinned


@pytest.mark.parametrize("git_sha", ["", "HEAD", GIT_SHA[:7], GIT_SHA.upper(), GIT_SHA + "0", f"{GIT_SHA}\n", SHA_TAG])
def test_only_a_full_git_sha_is_accepted(git_sha: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_plan(small_source(), SETTINGS, git_sha)
    assert caught.value.problems[0].value == repr(git_sha)


def test_all_problems_are_in_one_error() -> None:
    source = small_source(version="one\n", compose=COMPOSE.replace("Dockerfile.mail", "Dockerfile.post"))
    with pytest.raises(ConfigurationError) as caught:
        make_plan(source, replace(SETTINGS, product_name=""), "main")
    text = str(caught.value)
    assert len(caught.value.problems) == 4
    for part in ("Not a git sha", "Not a semantic version", "product's name", "Dockerfile.post"):
        assert part in text


def test_images_are_planned_without_a_version_or_a_changelog() -> None:
    images = plan_images(small_source(version="", changelog=""), SETTINGS, GIT_SHA)
    assert [one.name for one in images] == list(NAMES)


def test_images_are_not_planned_from_a_broken_tree() -> None:
    with pytest.raises(ConfigurationError, match=r"Dockerfile\.post"):
        plan_images(small_source(compose=COMPOSE.replace("Dockerfile.mail", "Dockerfile.post")), SETTINGS, GIT_SHA)


@pytest.mark.parametrize(
    ("only", "names"),
    [
        ("", NAMES),
        ("worker", ("worker",)),
        ("jobs", ("worker",)),
        ("registry.example/o/shop-dockerfile.worker", ("worker",)),
    ],
)
def test_an_image_is_selected_by_its_name_its_service_or_its_repository(only: str, names: tuple[str, ...]) -> None:
    assert tuple(one.name for one in select(small_plan().images, only)) == names


@pytest.mark.parametrize("only", ["db", "work", "WORKER", "web,mail", "*", " "])
def test_an_unknown_image_is_refused_with_the_known_ones(only: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        select(small_plan().images, only)
    (problem,) = caught.value.problems
    assert (problem.value, problem.expected) == (only, "one of web, worker, mail")


def test_labels_name_the_source_of_an_image() -> None:
    assert labels(SETTINGS, GIT_SHA, "1.2.0") == {
        "org.opencontainers.image.source": "https://code.example/o/shop",
        "org.opencontainers.image.revision": GIT_SHA,
        "org.opencontainers.image.version": "1.2.0",
    }


def test_a_label_without_a_value_is_omitted() -> None:
    assert labels(replace(SETTINGS, source_url=""), GIT_SHA, "").keys() == {"org.opencontainers.image.revision"}


@pytest.mark.parametrize(
    ("build", "label"),
    [
        (".", "Shop: deploy/Dockerfile"),
        ("{context: ../web, dockerfile: D}", "Shop: web/D"),
        ("{context: ., target: t}", "Shop: deploy/Dockerfile, target t"),
        ("{context: ., dockerfile_inline: FROM scratch}", "Shop: deploy/compose.yaml (a)"),
    ],
)
def test_an_image_s_label_names_its_product_and_its_dockerfile(build: str, label: str) -> None:
    texts = {
        "deploy/compose.yaml": f"services:\n  a: {{build: {build}}}\n",
        "web/D": "FROM x",
        "deploy/Dockerfile": "FROM x",
    }
    settings = replace(SETTINGS, compose_file="deploy/compose.yaml", sidecars={})
    (image,) = plan_images(Source(frozenset(texts), texts), settings, GIT_SHA)
    assert image.label == label


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        (f"1.2.0 sha-{GIT_SHA}", True),
        (f"1.2.0 sha-{GIT_SHA}\n\n- Things", True),
        (f"  1.2.0  sha-{GIT_SHA} - Things", True),
        (f"1.2.1 sha-{GIT_SHA}", False),
        (f"sha-{GIT_SHA}", False),
        (f"1.2.0 sha-{'f' * 40}", False),
        ("- Things", False),
        ("", False),
    ],
)
def test_a_plan_version_of_the_commit_is_known_by_its_description(description: str, *, expected: bool) -> None:
    assert small_plan().describes(description) == expected


def test_a_template_stays_in_the_pinned_file_whose_services_a_smoke_knows_all_the_same() -> None:
    compose = "services:\n  web:\n    build: .\n  {{ $file:more.yaml }}\n"
    texts = {"docker-compose.yaml": compose, "more.yaml": "more:\n  image: more:1\n"}
    pinned = pinned_compose(Source(frozenset(texts), texts), Settings(image_prefix="ghcr.io/o/p"), GIT_SHA)
    assert pinned.text.endswith("  {{ $file:more.yaml }}\n")
    assert pinned.embedded.endswith("  more:\n    image: more:1\n\n")
