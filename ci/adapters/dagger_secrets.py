"""The secret port, implemented with Dagger secrets."""

import dagger

from ci.adapters.dagger_errors import end_of_log
from ci.errors import ConfigurationError, Problem


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
                    hint="give it as env://NAME, file://PATH or op://… (README, Credentials)",
                )
            ) from error
