"""The types of the module's arguments that are credentials, or say who is given one."""

from typing import Annotated

import dagger
from dagger import Doc

# Without a default: the engine fills an argument from .env only if it has none (docs/engine.md, "Values from .env").
Token = Annotated[dagger.Secret, Doc("The registry's token, env://NAME; for GHCR one with write:packages")]
ApiKey = Annotated[dagger.Secret, Doc("The Omnistrate API key, env://NAME")]
OptionalToken = Annotated[dagger.Secret | None, Doc("The registry's token if the images are private: env://NAME")]
TokenRegistry = Annotated[str, Doc("The registry that gets the token; default: that of --image-prefix, or ghcr.io")]
BuildSecrets = Annotated[
    list[dagger.Secret] | None,
    Doc("A secret that `build.secrets` of the compose file names, env://NAME; may be repeated"),
]
SshAgent = Annotated[dagger.Socket | None, Doc("The SSH agent for `build.ssh`: $SSH_AUTH_SOCK")]
