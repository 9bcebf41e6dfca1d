"""Errors of the engine as the values of problems."""

import dagger

LOG_LINES = 20
"""Lines of an engine error that a problem shows, from the end."""


def end_of_log(error: dagger.ClientError) -> str:
    """The end of an engine error; of a failed command also the command, its exit code and its output."""
    if isinstance(error, dagger.ExecError):
        output = "\n".join(text.strip() for text in (error.stdout, error.stderr) if text.strip())
        text = f"{' '.join(error.command)}\nexit code {error.exit_code}\n{output}"
    else:
        text = str(error)
    lines = text.strip().splitlines()
    kept = [*lines[:1], "…", *lines[-LOG_LINES:]] if len(lines) > LOG_LINES + 1 else lines
    return "\n    ".join(kept)
