"""Sends a message to a URL of apprise (https://appriseit.com/services): chat, mail, a webhook."""

import logging
from typing import TYPE_CHECKING

import anyio

from ci.core.release.notification import Message
from ci.errors import ConfigurationError, Problem

if TYPE_CHECKING:
    from apprise import Apprise

SECONDS = 30
"""How long sending may take; a release does not wait longer for it."""


def check_url(url: str) -> None:
    """Refuse a URL that apprise does not know, before any effect.

    Raises:
        ConfigurationError: it is none; the error does not have it, since it holds a credential.
    """
    _service(url)


async def send(message: Message, url: str) -> str:
    """Send a message, once; why it was not sent, `""` if it was.

    Raises:
        ConfigurationError: as `check_url`.
    """
    service = _service(url)

    def notify() -> bool:
        from apprise import NotifyType  # noqa: PLC0415 - as below

        kind = NotifyType.SUCCESS if message.ok else NotifyType.FAILURE
        return bool(service.notify(body=message.body, title=message.title, notify_type=kind, interpret_escapes=False))

    try:
        with anyio.fail_after(SECONDS):
            sent = await anyio.to_thread.run_sync(notify, abandon_on_cancel=True)
    except TimeoutError:
        return f"no response within {SECONDS} seconds"
    except Exception as error:  # noqa: BLE001 - a plugin's; its text may have the URL
        return type(error).__name__
    return "" if sent else "its service refused the message, or can't be reached"


def _service(url: str) -> "Apprise":
    from apprise import Apprise  # noqa: PLC0415 - slow, and few calls send a message

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it logs URLs and responses
    service = Apprise()
    if not service.add(url):
        raise ConfigurationError(
            Problem(
                what="The URL to notify is not one that apprise knows",
                value="--notify, which is not shown",
                expected="a URL of a service, such as slack://…, msteams://…, mailto://… or json://HOST/PATH",
                hint="correct the secret that --notify names: https://appriseit.com/services has the form of each",
            )
        )
    return service
