"""The secret port, implemented with Dagger secrets."""

import uuid

import dagger
from dagger import dag

from ci.adapters.dagger_errors import end_of_log
from ci.errors import ConfigurationError, Problem


def made_secret(name: str, value: str) -> dagger.Secret:
    """A secret with this value; the one form of a credential that the engine, omctl and the registry client all get.

    The engine takes two secrets of the same name for the same one (docs/engine.md, "Secrets in output"): a name is used
    once.
    """
    return dag.set_secret(f"slipway-{name}-{uuid.uuid4().hex}", value)


class DaggerSecret:
    """A secret argument of a call; see `ci.pipelines.ports.Secret`."""

    def __init__(self, secret: dagger.Secret) -> None:
        self._secret = secret

    async def plaintext(self) -> str:
        """The secret's value; see `ci.pipelines.ports.Secret`."""
        try:
            return await self._secret.plaintext()
        except dagger.QueryError as error:
            raise ConfigurationError(
                Problem(
                    what="A secret can't be read",
                    value=end_of_log(error),
                    expected="a secret that the engine can read",
                    hint="give it as env://NAME, file://PATH or op://… (docs/credentials.md)",
                )
            ) from error


def given(secret: dagger.Secret | None) -> tuple[DaggerSecret, ...]:
    """The secret of an optional argument; nothing if none is given."""
    return (DaggerSecret(secret),) if secret else ()
