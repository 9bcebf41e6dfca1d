"""What BuildKit's builder says when the engine fails it."""

import anyio
import dagger
import pytest
from fakes import SETTINGS, small_plan

from ci.adapters.dagger_buildkit import BuildkitBuilder
from ci.errors import BuildError, SlipwayError

PASSWORD = "p4ssw0rd-of-the-registry"


def builder(monkeypatch: pytest.MonkeyPatch, says: str, *, error: bool = False) -> BuildkitBuilder:
    """A builder whose container writes a text, or fails with it."""

    async def run(*_: object) -> str:
        await anyio.lowlevel.checkpoint()
        if error:
            raise dagger.ClientError(says)
        return says

    made = BuildkitBuilder(dagger.Directory.__new__(dagger.Directory), SETTINGS, {}, PASSWORD)
    monkeypatch.setattr(made._container, "run", run)
    return made


def test_an_engine_that_forbids_privileges_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    made = builder(monkeypatch, "process: security.insecure is not allowed", error=True)
    with pytest.raises(BuildError) as caught:
        anyio.run(made.publish, small_plan().images)
    assert 'builder = "dagger"' in caught.value.problems[0].hint


def test_a_container_that_is_lost_leaves_an_unknown_outcome_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    made = builder(monkeypatch, f"connection closed, {PASSWORD}", error=True)
    with pytest.raises(SlipwayError) as caught:
        anyio.run(made.publish, small_plan().images)
    assert not isinstance(caught.value, BuildError)
    assert PASSWORD not in str(caught.value)


def test_each_image_has_its_outcome_and_one_that_was_not_begun_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = "sha256:" + "a" * 64
    text = (
        f'image web\nstatus done\nmetadata {{"containerimage.digest": "{digest}"}}\nend\n'
        f"image worker\nstatus failed\nlog {PASSWORD}\nend\n"
    )
    builds = anyio.run(builder(monkeypatch, text).publish, small_plan().images)
    web, worker, mail = builds.outcomes
    assert web.result == digest
    assert isinstance(worker.error, BuildError)
    assert PASSWORD not in str(worker.error)
    assert mail.error
    assert not isinstance(mail.error, BuildError)


def test_an_image_that_is_done_without_a_digest_was_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    made = builder(monkeypatch, "image web\nstatus done\nend\n")
    (outcome,) = anyio.run(made.publish, small_plan().images[:1]).outcomes
    assert outcome.error
    (outcome,) = anyio.run(made.build, small_plan().images[:1]).outcomes
    assert outcome.error is None


def test_nothing_is_saved_where_nothing_was_built_or_there_is_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    made = builder(monkeypatch, "image web\nstatus done\nbuilt\nend\n")
    anyio.run(made.build, small_plan().images[:1])
    assert anyio.run(made.save_cache) == ()
