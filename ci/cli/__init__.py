"""The plain command, `slipway plan` and others: the same core as the module, without an engine.

Each command is a module of its own, loaded when it is called, since loading is most of the time of a short call. Errors
go to standard error, with exit code 1; wrong usage exits with 2, and Ctrl-C with 130. dagger is not imported.
"""

from ci.cli.run import main

__all__ = ["main"]
