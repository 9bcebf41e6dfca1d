"""The arguments of every call: settings that it overrides, who gets the registry token, and what builds are given."""

from dataclasses import dataclass
from typing import Annotated

import dagger
from dagger import Doc

from ci.adapters.dagger_build_inputs import BuildArguments
from ci.adapters.dagger_credentials import BuildSecrets, SshAgent, TokenRegistry


@dataclass
class CallArguments:
    """The constructor's arguments of the module's main object."""

    image_prefix: Annotated[str, Doc("What own repositories begin with, such as ghcr.io/org/product")] = ""
    product_name: Annotated[str, Doc("The product's name in Omnistrate")] = ""
    environment: Annotated[str, Doc("The Omnistrate environment to release to")] = ""
    environment_type: Annotated[str, Doc("Its type: dev, prod, qa, canary, staging or private")] = ""
    instance: Annotated[str, Doc("The dev instance to upgrade, if there are several")] = ""
    omctl_image: Annotated[str, Doc("The image with omctl as its entry point")] = ""
    registry_image: Annotated[str, Doc("The image of the registry that a rehearsal starts")] = ""
    python_image: Annotated[str, Doc("The Python image of a rehearsal's stand-in API")] = ""
    builder: Annotated[str, Doc("What builds: buildkit or dagger")] = ""
    buildkit_image: Annotated[str, Doc("BuildKit's image, with its digest")] = ""
    platform: Annotated[str, Doc("The platform to build for, such as linux/amd64")] = ""
    parallel_builds: Annotated[int, Doc("How many images are built at the same time; 0 for the setting's")] = 0
    compose_file: Annotated[str, Doc("The compose file, relative to the source")] = ""
    registry: TokenRegistry = ""
    build_secret: BuildSecrets = None
    ssh: SshAgent = None
    actions_token: Annotated[dagger.Secret | None, Doc("For the layer cache gha: env://ACTIONS_RUNTIME_TOKEN")] = None
    actions_url: Annotated[str, Doc("For the layer cache gha: $ACTIONS_RESULTS_URL")] = ""

    def given(self, rebuild: list[str] | None = None) -> BuildArguments:
        """What builds are given beside their context, and which images are built in any case."""
        cache = self.actions_token, self.actions_url
        return BuildArguments(self.build_secret, self.ssh, tuple(rebuild or ()), *cache)
