"""What builds are given beside their context: secrets and an SSH agent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import dagger
from dagger import dag

from ci.adapters.dagger_secrets import DaggerSecret
from ci.core.images.build_secrets import chosen, missing_problems
from ci.core.release.plan import ImagePlan
from ci.errors import ConfigurationError


@dataclass(frozen=True)
class BuildInputs:
    """The secrets of builds by their ids, their values, and the SSH agent."""

    secrets: Mapping[str, dagger.Secret] = field(default_factory=dict)
    values: tuple[str, ...] = field(default=(), repr=False)
    ssh: dagger.Socket | None = None


async def build_inputs(
    plans: tuple[ImagePlan, ...], given: list[dagger.Secret] | None, ssh: dagger.Socket | None
) -> BuildInputs:
    """What the builds of these images are given, of the secrets and the agent of a call.

    Raises:
        ConfigurationError: something that a build needs is not given, or can't be read.
    """
    images = [one.image for one in plans]
    by_address = {await one.uri(): one for one in given or []}
    found = chosen(images, [*by_address])
    if problems := [*missing_problems(images, found, has_ssh=ssh is not None)]:
        raise ConfigurationError(*problems)
    values = {name: (await DaggerSecret(by_address[address]).plaintext()).strip() for name, address in found.items()}
    # A build knows a secret by its name, which must be the id (docs/engine.md, "Secrets of builds").
    return BuildInputs(
        {name: dag.set_secret(name, value) for name, value in values.items()}, tuple(values.values()), ssh
    )
