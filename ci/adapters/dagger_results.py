"""The types of the module's results, made of texts."""

import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import dagger
from dagger import Doc, dag, field, function, object_type

from ci.adapters.dagger_types import F, notified, notify_url, readable
from ci.core.omctl.files import PINNED_FILE
from ci.core.release.files import LOCK_FILE, REPORT_FILE
from ci.errors import Problem
from ci.results import SMOKE_FILE, ResultTexts, failure_texts, smoke_failure_texts


@object_type
class Result:
    """What a release did."""

    summary: Annotated[str, Doc("The report for people")] = field()
    report: Annotated[dagger.File, Doc("The report as JSON: steps, times, images, problems")] = field()
    lock: Annotated[dagger.File | None, Doc("What was released as JSON: images, digests, plan version")] = field()
    compose: Annotated[dagger.File | None, Doc("The pinned compose file")] = field()
    files: Annotated[dagger.Directory, Doc("All of these as files, to be exported at once")] = field()


@object_type
class SmokeResult:
    """What a smoke found."""

    summary: Annotated[str, Doc("The report for people: a line for each service and each step")] = field()
    report: Annotated[dagger.File, Doc("The report as JSON: services, times, memory, steps, problems")] = field()
    files: Annotated[dagger.Directory, Doc("All of these as files, to be exported at once")] = field()


def release_result(texts: ResultTexts, *, return_failed: bool) -> Result:
    """The result of a release, whose summary is printed as well: the command line shows no field of an object.

    One that failed is returned where that is asked for (docs/decisions/0014-results-of-a-failed-release.md). The caller
    then exports the files and shows `summary.txt`, so that it is not printed here.

    Raises:
        PipelineError: it failed, and is not to be returned then.
    """
    if not return_failed:
        texts.raise_failure()
    return _release_result(texts, printed=not return_failed)


def record_result(texts: ResultTexts) -> Result:
    """The result of a release that was recorded, whose summary is printed as well; also of one that failed."""
    return _release_result(texts, printed=True)


def _release_result(texts: ResultTexts, *, printed: bool) -> Result:
    files = _files(texts, printed=printed)
    parts: dict[str, Any] = {  # Any: mypy sees no fields in a class that the SDK makes a dataclass
        "summary": texts.summary,
        "report": files.file(REPORT_FILE),
        "lock": files.file(LOCK_FILE) if LOCK_FILE in texts.files else None,  # an event may decide against a release
        "compose": files.file(PINNED_FILE) if PINNED_FILE in texts.files else None,
        "files": files,
    }
    return Result(**parts)


async def reported(texts: ResultTexts, notify: dagger.Secret | None, *, return_failed: bool) -> Result:
    """As `release_result`, when its message was sent to the URL `notify`.

    Raises:
        PipelineError: as `release_result`.
    """
    await notified(texts.message, await notify_url(notify))
    return release_result(texts, return_failed=return_failed)


def smoke_result(texts: ResultTexts, *, return_failed: bool) -> SmokeResult:
    """The result of a smoke, whose summary is printed as well; as in `release_result` for one that failed.

    Raises:
        PipelineError: it failed, and is not to be returned then.
    """
    if not return_failed:
        texts.raise_failure()
    files = _files(texts, printed=not return_failed)
    parts: dict[str, Any] = {
        "summary": texts.summary,
        "report": files.file(SMOKE_FILE),
        "files": files,
    }  # Any: as above
    return SmokeResult(**parts)


def release_effect(func: F) -> F:
    """As `effect`, for a function that returns a `Result`: with `return_failed` also of an error before its steps."""
    return _effect(func, lambda problems: release_result(failure_texts(problems), return_failed=True))


def smoke_effect(func: F) -> F:
    """As `release_effect`, for a `SmokeResult`."""
    return _effect(func, lambda problems: smoke_result(smoke_failure_texts(problems), return_failed=True))


def _effect(func: F, failed: Callable[[Sequence[Problem]], Any]) -> F:  # Any: the result of a function of the module
    decorated: F = function(cache="never")(readable(func, failed))  # type: ignore[call-overload] # as in `effect`
    return decorated


def _files(texts: ResultTexts, *, printed: bool) -> dagger.Directory:
    if printed:
        print(texts.summary, file=sys.stderr)  # noqa: T201 - a function's log is its standard error
    files = dag.directory()
    for name, text in texts.files.items():
        files = files.with_new_file(name, text)
    return files
