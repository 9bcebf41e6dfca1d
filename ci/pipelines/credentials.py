"""The credentials of a call: secret arguments, each with the one who is given it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ci.core.release.recipients import omctl_problems, registry_problems
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError, Problem
from ci.pipelines.ports import Secret


class Recipient(StrEnum):
    """Who is given a credential."""

    REGISTRY = "registry"
    OMCTL = "omctl"


@dataclass(frozen=True)
class Credential:
    """A secret argument of a call: `name` for the text of problems, `argument` without its dashes."""

    name: str
    argument: str
    recipient: Recipient
    secret: Secret

    def recipient_problems(
        self, settings: Settings, arguments: Mapping[str, Any], registry: str
    ) -> Iterator[Problem]:  # Any: of any setting's type
        """A problem if the source tree chose who would be given it; the arguments are those of the call."""
        if self.recipient is Recipient.REGISTRY:
            yield from registry_problems(settings, arguments, registry)
        else:
            yield from omctl_problems(settings, arguments)

    async def value(self) -> str:
        """The secret's value, without white space around it: a file's value ends with a line end.

        Raises:
            ConfigurationError: it can't be read, or is empty; the error never has the value.
        """
        hint = f"give --{self.argument} env://NAME (or file://PATH, op://…), or a line in .env: see docs/credentials.md"
        try:
            value = (await self.secret.plaintext()).strip()
        except ConfigurationError as error:
            problems = (replace(one, what=f"{self.name} can't be read", hint=hint) for one in error.problems)
            raise ConfigurationError(*problems) from error
        if not value:
            problem = Problem(what=f"{self.name} is empty", value=f"--{self.argument}", expected="a value", hint=hint)
            raise ConfigurationError(problem)
        return value


def registry_token(secret: Secret) -> Credential:
    """The argument `registry_token`."""
    return Credential("The registry token", "registry-token", Recipient.REGISTRY, secret)


def for_images(secrets: Iterable[Secret]) -> tuple[Credential, ...]:
    """The credential of a call that reads images: the registry token, if it is given."""
    return tuple(map(registry_token, secrets))


def omnistrate_api_key(secret: Secret) -> Credential:
    """The argument `omnistrate_api_key`."""
    return Credential("The Omnistrate API key", "omnistrate-api-key", Recipient.OMCTL, secret)


def for_release(token: Secret, key: Secret) -> tuple[Credential, Credential]:
    """The credentials of a release: the registry's token and the Omnistrate API key."""
    return registry_token(token), omnistrate_api_key(key)
