"""The keeper: runs one service of a compose product inside the service's own container, as compose would.

A Dagger service is started in the engine's own order, is healthy once its port answers, and ends with its process; no
command can be run in it. So each container of `smoke` runs the keeper, and the keeper runs the service: it begins when
it is told to, restarts by the service's policy, runs its health check by its schedule, stops and starts it again, runs
commands beside it, and tells its state and the end of its log, over HTTP, to whoever holds the token of the run.

Standard library only: it is mounted, with a Python of its own, into images that may hold neither Python nor a shell.
"""
