"""What a rehearsal uses in place of the outside: a registry and a stand-in Omnistrate API, as Dagger services."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dagger
from dagger import dag

from ci.adapters.dagger_errors import end_of_log
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError, Problem

REGISTRY_PORT = 5000
API_PORT = 8080


@dataclass(frozen=True)
class Rehearsal:
    """The two services of a rehearsal."""

    registry: dagger.Service
    registry_endpoint: str
    """`host:port` at which the module's own process reaches the registry."""
    api: dagger.Service


async def start_rehearsal(settings: Settings, seed: Mapping[str, Any]) -> Rehearsal:  # Any: JSON
    """Start an empty registry, and a stand-in Omnistrate API with the state `seed` (`ci.rehearsal.seed`).

    Raises:
        ConfigurationError: one of their images is not available.
    """
    run = uuid.uuid4().hex  # a service is identified by its definition: each rehearsal has its own
    registry = (
        dag.container()
        .from_(settings.registry_image)
        .with_env_variable("SLIPWAY_RUN", run)
        .with_exposed_port(REGISTRY_PORT)
        .as_service(use_entrypoint=True)
    )
    api = (
        dag.container()
        .from_(settings.python_image)
        .with_directory("/standin/rehearsal", dag.current_module().source().directory("ci/rehearsal"))
        .with_new_file("/standin/seed.json", json.dumps(seed))
        .with_env_variable("PYTHONPATH", "/standin")
        .with_env_variable("SLIPWAY_RUN", run)
        .with_exposed_port(API_PORT)
        .as_service(
            args=[
                *("python", "-m", "rehearsal", "--seed", "/standin/seed.json"),
                *("--host", "0.0.0.0", "--port", str(API_PORT)),  # noqa: S104 - reachable from other containers only
            ]
        )
    )
    try:
        await registry.start()
        await api.start()
        return Rehearsal(registry, await registry.endpoint(port=REGISTRY_PORT), api)
    except dagger.QueryError as error:
        raise ConfigurationError(
            Problem(
                what="The registry or the stand-in API of the rehearsal could not be started",
                value=end_of_log(error),
                expected=f"the images {settings.registry_image} and {settings.python_image} can be pulled",
                hint="set `registry_image` and `python_image` in [tool.slipway] to images that the engine can pull",
            )
        ) from error
