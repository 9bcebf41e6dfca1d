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
    """The pinned compose file in the folder of its source, and what it mounts, and nothing else."""
    folder = dag.directory().with_new_file(pinned_path(plan.settings), plan.pinned.text)
    for path in plan.mounted:
        folder = folder.with_directory("/", source.filter(include=[path, f"{path}/**"]))
    for path in plan.placeholders:
        folder = folder.with_new_file(path, "")
    return folder


class DaggerOmctl:
    """Runs omctl in `folder`; see `ci.pipelines.ports.Omctl`."""

    def __init__(
        self,
        settings: Settings,
        api_key: dagger.Secret,
        *,
        folder: dagger.Directory | None = None,
        rehearsal: Rehearsal | None = None,
    ) -> None:
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
        self._container = container

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
