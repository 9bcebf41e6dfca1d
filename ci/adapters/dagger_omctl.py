"""The omctl port, implemented with omctl's image."""

import posixpath
import uuid

import dagger
from dagger import dag

from ci.adapters.dagger_errors import end_of_log
from ci.adapters.dagger_rehearsal import API_PORT, Rehearsal
from ci.core.omctl.commands import environment
from ci.core.omctl.model import Completed
from ci.core.product.source import pinned_path
from ci.core.release.plan import Plan
from ci.core.settings.product import Settings
from ci.errors import OmnistrateError, Problem

_FOLDER = "/release"
"""Always the same: omctl sends absolute paths, so another folder would make another plan version of the same spec."""
_HOME = "/slipway-home"
"""Where omctl keeps the session's token: a temporary mount, so that it is in no layer."""


def release_folder(plan: Plan, source: dagger.Directory) -> dagger.Directory:
    """What the pinned compose file mounts, and nothing else."""
    folder = dag.directory()
    for path in plan.mounted:
        folder = folder.with_directory("/", source.filter(include=[path, f"{path}/**"]))
    for path in plan.placeholders:
        folder = folder.with_new_file(path, "")
    return folder


class DaggerOmctl:
    """Runs omctl in `folder`, beside the pinned file `compose`; see `ci.pipelines.ports.Omctl`."""

    def __init__(
        self,
        settings: Settings,
        api_key: dagger.Secret,
        *,
        folder: dagger.Directory | None = None,
        rehearsal: Rehearsal | None = None,
        compose: str = "",
    ) -> None:
        self._settings, self._api_key, self._folder, self._rehearsal = settings, api_key, folder, rehearsal
        container = (
            dag.container()
            .from_(settings.omctl_image)
            .with_directory(_FOLDER, folder or dag.directory())
            .with_workdir(posixpath.join(_FOLDER, posixpath.dirname(pinned_path(settings))))
            .with_mounted_temp(_HOME)
            .with_env_variable("HOME", _HOME)
            .with_secret_variable("OMNISTRATE_API_KEY", api_key)
        )
        for name, value in environment(settings.omctl_seconds).items():
            container = container.with_env_variable(name, value)
        if rehearsal:
            container = (
                container.with_service_binding("api", rehearsal.api)
                .with_env_variable("OMNISTRATE_HOST", f"api:{API_PORT}")
                .with_env_variable("OMNISTRATE_HOST_SCHEME", "http")
            )
        if compose:
            container = container.with_new_file(posixpath.join(_FOLDER, pinned_path(settings)), compose)
        self._container = container

    def with_compose(self, text: str) -> "DaggerOmctl":
        """The same, with a pinned file in the folder of its source; see `ci.pipelines.ports.Omctl`."""
        return DaggerOmctl(self._settings, self._api_key, folder=self._folder, rehearsal=self._rehearsal, compose=text)

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        """Run omctl once; see `ci.pipelines.ports.Omctl`."""
        # A step is cached by its inputs, and this one reads the outside: the variable makes each run a new step.
        run = self._container.with_env_variable("SLIPWAY_RUN", uuid.uuid4().hex).with_exec(
            list(arguments), use_entrypoint=True, expect=dagger.ReturnType.ANY
        )
        try:
            return Completed(await run.exit_code(), await run.stdout(), await run.stderr())
        except dagger.ClientError as error:  # an error of the step, or of the connection to the engine
            raise OmnistrateError(
                Problem(
                    what=f"omctl {arguments[0]} could not be run",
                    value=end_of_log(error),
                    expected="an image with omctl as its entry point",
                    hint="check the engine, and `omctl_image` in [tool.slipway]; then run the same call again",
                )
            ) from error
