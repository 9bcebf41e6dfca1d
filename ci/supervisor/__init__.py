"""The supervisor: runs one service of a compose product inside the service's own container, as docker would.

A Dagger service is started in the engine's own order, is healthy once its port responds, and ends with its process; no
command can be run in it. So in each container of a smoke runs a supervisor, and the supervisor runs the service: it
starts it on request, restarts it by its policy, runs its health check, stops and starts it again, runs commands beside
it, and reports its state and the end of its log, over HTTP, to clients with the token of the run.

Standard library only: it is mounted, with a Python of its own, into images that may have neither Python nor a shell.
"""
