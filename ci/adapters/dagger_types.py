"""The types of the module's arguments, and what all of its functions share."""

import sys
import traceback
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from functools import wraps
from inspect import signature
from typing import Annotated, Any, ParamSpec, TypeVar

import dagger
from dagger import DefaultPath, Doc, Ignore, check, function
from dagger.mod._exceptions import FunctionError

from ci.adapters.dagger_progress import hidden_engine_steps
from ci.adapters.dagger_secrets import DaggerSecret
from ci.core.event.read import check_size
from ci.core.product.source import EXCLUDED_PATTERNS, GIT_PATTERNS
from ci.core.redaction import Redactor
from ci.core.release.notification import Message, failure_message
from ci.errors import PipelineError, Problem, SlipwayError, describe, unexpected

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
ReturnFailed = Annotated[bool, Doc("Return the files of a failed call too, for export; its file exit-code holds 1")]
AcceptImages = Annotated[
    bool, Doc("Accept the images that the sha tags name, even where the release record or a label names others")
]
SkipBuild = Annotated[bool, Doc("Build no image: each exists, or one with the same inputs is reused")]
Event = Annotated[
    dagger.File | None, Doc("The event of a CI, which decides whether and how to release: $GITHUB_EVENT_PATH")
]
Rebuild = Annotated[
    list[str] | None, Doc("An image to build even if one with the same inputs exists, or `all`; may be repeated")
]
Explain = Annotated[bool, Doc("Show all that each image is made of")]
AsJson = Annotated[bool, Doc("Print JSON")]
Notify = Annotated[
    dagger.Secret | None,
    Doc("Where to send a message at the end: a URL of apprise, such as env://SLACK_URL with slack://…"),
]
Only = Annotated[str, Doc("One image, by its name, repository or service; default: all images")]


def readable(
    func: Callable[P, Awaitable[R]], failed: Callable[[Sequence[Problem]], R] | None = None
) -> Callable[P, Awaitable[R]]:
    """A function whose errors are shown to the user by their text alone, without a secret of its arguments.

    The SDK prints a traceback before every error but its own `FunctionError` (docs/engine.md, "Errors shown to the
    user"), and its last line needs a line break there. The traceback of a bug is printed here, redacted as well.

    With the argument `return_failed` an error of the user's input is returned as a result, which `failed` makes.
    """

    @wraps(func)
    async def called(*args: P.args, **kwargs: P.kwargs) -> R:
        with hidden_engine_steps():
            return await called_openly(*args, **kwargs)

    async def called_openly(*args: P.args, **kwargs: P.kwargs) -> R:
        given = (
            *args,
            *kwargs.values(),
            *(value for one in args[:1] for value in getattr(one, "__dict__", {}).values()),
        )
        redactor = await _redactor(given)  # before: afterwards the engine may be gone
        arguments, url = signature(func).bind(*args, **kwargs).arguments, ""
        problems: tuple[Problem, ...] = ()
        try:
            url = await notify_url(arguments.get("notify"))
            return await func(*args, **kwargs)
        except PipelineError as error:
            text = redactor.text(str(error))  # its message was sent
        except SlipwayError as error:
            problems = redactor.problems(error.problems)
            text = describe(problems)
            if failed and arguments.get("return_failed"):
                await notified(failure_message(problems), url)
                return failed(problems)
        except dagger.QueryError as error:
            problem = Problem(
                what="The engine failed",
                value=str(error),
                expected="an engine that executes every request",
                hint="run the same call again; if it fails again, read the engine's log",
            )
            problems = (redactor.redacted(problem),)
            text = describe(problems)
        except Exception as error:  # noqa: BLE001 - the SDK would print it with the values of secrets
            print(redactor.text(traceback.format_exc()), file=sys.stderr)  # noqa: T201 - a function's log
            look = "`dagger call report --sha …` shows what a release has recorded"
            problems = (redactor.redacted(unexpected("The call", error, look)),)
            text = describe(problems)
        await notified(failure_message(problems) if problems else None, url)
        raise FunctionError(f"{text}\n")  # outside of `except`: an error's cause is printed with it

    return called


async def notify_url(notify: dagger.Secret | None) -> str:
    """The URL to notify, `""` without one.

    Raises:
        ConfigurationError: it can't be read, or is none that can be notified.
    """
    if notify is None:
        return ""
    from ci.adapters.notify import check_url  # noqa: PLC0415 - slow, and few calls send a message

    url = await DaggerSecret(notify).plaintext()
    check_url(url)
    return url


async def notified(message: Message | None, url: str) -> None:
    """Send a message, if there is one and a URL for it; what prevents it is printed, and fails nothing."""
    if message is None or not url:
        return
    from ci.adapters.notify import send  # noqa: PLC0415 - as above

    if problem := await send(message, url):
        print(f"No message was sent: {problem}", file=sys.stderr)  # noqa: T201 - a function's log


async def _redactor(arguments: Iterable[object]) -> Redactor:
    """The redactor of the secrets among the arguments of a call and of its constructor, also those in lists."""
    values = []
    for one in arguments:
        for secret in one if isinstance(one, list | tuple) else (one,):
            if isinstance(secret, dagger.Secret):
                with suppress(dagger.QueryError):  # what can't be read is in no text, and is reported where it is used
                    values.append(await secret.plaintext())
    return Redactor(tuple(values))


def checked(func: F) -> F:
    """A function of the module that `dagger check` calls."""
    decorated: F = function(check(readable(func)))  # type: ignore[assignment] # the SDK's hints lose the function's type
    return decorated


def effect(func: F) -> F:
    """A function of the module that has an effect, reads the outside or prints; its result is never cached."""
    # The SDK's type hints omit `cache`, which its code accepts (docs/engine.md, "Cached results").
    decorated: F = function(cache="never")(readable(func))  # type: ignore[call-overload]
    return decorated


async def event_text(event: dagger.File | None) -> str:
    """The text of an event's file; `""` without one.

    Raises:
        ConfigurationError: it is longer than any event.
    """
    if event is None:
        return ""
    check_size(await event.size(), await event.name())
    return await event.contents() or " "  # of an empty file: it is given, and refused
