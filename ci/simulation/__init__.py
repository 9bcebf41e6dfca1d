"""A release in which nothing outside of this process takes part: `slipway simulate`.

The pipeline is that of a release (`ci/pipelines/release.py`), and so are the registry client, the records and the
readers of omctl's output. In place of the outside there are, each importing only those before it:

    omctl_client.py, omctl_plan_commands.py, omctl_commands.py     omctl's commands, as requests to the stand-in API
    omctl.py            omctl: the commands, and the stand-in API of `ci/rehearsal` in this process
    registry_faults.py, omctl_faults.py     what can happen to a request to a registry, and to a run of omctl
    registry.py         a registry in memory, as a transport of httpx
    builder.py          images of one small layer, and what can happen to their builds
    outside.py          base images, and a clock whose waits take no time
    fault_names.py, faults.py     the faults of `--fault`, by their names
    simulate.py         the release with all of these
"""
