"""The types of the module's arguments and results, and what all of its functions share."""

import sys
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar

import dagger
from dagger import DefaultPath, Doc, Ignore, dag, field, function, object_type
from dagger.mod._exceptions import FunctionError

from ci.core.omctl.commands import PINNED_FILE
from ci.core.product.source import EXCLUDED_PATTERNS, GIT_PATTERNS
from ci.errors import Problem, SlipwayError
from ci.results import LOCK_FILE, REPORT_FILE, SMOKE_FILE, ResultTexts

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])

Source = Annotated[
    dagger.Directory,
    Doc("The product's source tree"),
    DefaultPath("/"),
    Ignore([*EXCLUDED_PATTERNS]),
]
CommittedSource = Annotated[
    dagger.Directory,
    Doc("The product's source tree with its .git: what is not committed is refused"),
    DefaultPath("/"),
    Ignore([*EXCLUDED_PATTERNS, *GIT_PATTERNS]),
]
GitSha = Annotated[str, Doc("The git sha to release, 40 hex digits: $(git rev-parse HEAD)")]
# Without a default: the engine fills an argument from .env only if it has none (docs/engine.md, "Values from .env").
Token = Annotated[dagger.Secret, Doc("The registry's token, env://NAME; for GHCR one with write:packages")]
ApiKey = Annotated[dagger.Secret, Doc("The Omnistrate API key, env://NAME")]
Only = Annotated[str, Doc("One image, by its name, repository or service; default: all images")]


@object_type
class Result:
    """What a release did."""

    summary: Annotated[str, Doc("The report for people")] = field()
    report: Annotated[dagger.File, Doc("The report as JSON: steps, times, images, problems")] = field()
    lock: Annotated[dagger.File, Doc("What was released as JSON: images, references, digests, plan version")] = field()
    compose: Annotated[dagger.File, Doc("The pinned compose file")] = field()
    files: Annotated[dagger.Directory, Doc("All of these as files, to be exported at once")] = field()


@object_type
class SmokeResult:
    """What a smoke found."""

    summary: Annotated[str, Doc("The report for people: a line for each service and each step")] = field()
    report: Annotated[dagger.File, Doc("The report as JSON: services, times, memory, steps, problems")] = field()


def readable(func: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """A function whose errors are shown to the user by their text alone.

    The SDK prints a traceback before every error but its own `FunctionError` (docs/engine.md, "Errors shown to the
    user"), and its last line needs a line break there. A bug keeps its traceback.
    """

    @wraps(func)
    async def called(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await func(*args, **kwargs)
        except SlipwayError as error:
            raise FunctionError(f"{error}\n") from error
        except dagger.QueryError as error:
            problem = Problem(
                what="The engine failed",
                value=str(error),
                expected="an engine that executes every request",
                hint="run the same call again; if it fails again, read the engine's log",
            )
            raise FunctionError(f"{problem}\n") from error

    return called


def effect(func: F) -> F:
    """A function of the module that has an effect, reads the outside or prints; its result is never cached."""
    # The SDK's type hints omit `cache`, which its code accepts (docs/engine.md, "Cached results").
    decorated: F = function(cache="never")(readable(func))  # type: ignore[call-overload]
    return decorated


def release_result(texts: ResultTexts) -> Result:
    """The result of a release, whose summary is printed as well: the command line shows no field of an object."""
    files = _files(texts)
    parts: dict[str, Any] = {  # Any: mypy sees no fields in a class that the SDK makes a dataclass
        "summary": texts.summary,
        "report": files.file(REPORT_FILE),
        "lock": files.file(LOCK_FILE),
        "compose": files.file(PINNED_FILE),
        "files": files,
    }
    return Result(**parts)


def smoke_result(texts: ResultTexts) -> SmokeResult:
    """The result of a smoke, whose summary is printed as well."""
    parts: dict[str, Any] = {"summary": texts.summary, "report": _files(texts).file(SMOKE_FILE)}  # Any: as above
    return SmokeResult(**parts)


def _files(texts: ResultTexts) -> dagger.Directory:
    print(texts.summary, file=sys.stderr)  # noqa: T201 - a function's log is its standard error
    files = dag.directory()
    for name, text in texts.files.items():
        files = files.with_new_file(name, text)
    return files
