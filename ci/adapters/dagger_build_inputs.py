"""What builds are given beside their context: secrets and an SSH agent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import dagger
from dagger import dag

from ci.adapters.dagger_secrets import DaggerSecret, made_secret
from ci.core.images.build_secrets import chosen, missing_problems
from ci.core.release.plan import ImagePlan
from ci.errors import ConfigurationError


@dataclass(frozen=True)
class BuildInputs:
    """The secrets of builds by their ids, their values, and the SSH agent."""

    secrets: Mapping[str, dagger.Secret] = field(default_factory=dict)
    values: tuple[str, ...] = field(default=(), repr=False)
    ssh: dagger.Socket | None = None
    actions_token: dagger.Secret | None = None
    """The token of GitHub's cache for actions, and where that is."""
    actions_url: str = ""


@dataclass(frozen=True)
class BuildArguments:
    """What a call gives to builds: secrets and an SSH agent, and the images to build though they could be reused."""

    secrets: list[dagger.Secret] | None
    ssh: dagger.Socket | None
    rebuild: tuple[str, ...] = ()
    actions_token: dagger.Secret | None = None
    """The token of GitHub's cache for actions, which is at `actions_url`."""
    actions_url: str = ""


async def build_inputs(plans: tuple[ImagePlan, ...], given: BuildArguments) -> BuildInputs:
    """What the builds of these images are given, of the secrets and the agent of a call.

    Raises:
        ConfigurationError: something that a build needs is not given, or can't be read.
    """
    images = [one.image for one in plans]
    by_address = {await one.uri(): one for one in given.secrets or []}
    found = chosen(images, [*by_address])
    if problems := [*missing_problems(images, found, has_ssh=given.ssh is not None)]:
        raise ConfigurationError(*problems)
    values = {name: (await DaggerSecret(by_address[address]).plaintext()).strip() for name, address in found.items()}
    # A build knows a secret by its name, which must be the id (docs/engine.md, "Secrets of builds").
    secrets = {name: dag.set_secret(name, value) for name, value in values.items()}
    inputs = BuildInputs(secrets, tuple(values.values()), given.ssh)
    if not given.actions_token or not given.actions_url:
        return inputs
    token = (await DaggerSecret(given.actions_token).plaintext()).strip()
    cache = made_secret("actions-token", token)
    return replace(inputs, values=(*inputs.values, token), actions_token=cache, actions_url=given.actions_url)
