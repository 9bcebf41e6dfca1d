"""omctl's output as JSON, and the problem of an output that is not what its command promises.

An exit code alone is never trusted: several commands of omctl v1.10.5 print an error and exit with 0 (docs/omctl.md).
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ci.core.omctl.model import Completed
from ci.core.settings.product import OMCTL_VERSION
from ci.errors import OmnistrateError, Problem

OUTPUT_LINES = 20
"""Lines of omctl's output that a problem shows, from the end."""
OUTPUT_CHARACTERS = 2000
"""How many characters of these it shows at most, from the end."""
_UNCERTAIN = re.compile(
    r"time.?out|timed out|deadline|connection|\breset\b|\beof\b|broken pipe|no such host|dial tcp"
    r"|\b(408|429|5\d\d)\b(?!\.\d)|undefined response|invalid character|unmarshal|unexpected end"
    r"|empty response|no value given"
)
"""What omctl prints when a response did not come, or could not be read; in lower case."""
NO_OUTPUT = "(no output)"
_AGAIN = "run the same call again: what was done is found and reused"


def parsed(response: Completed, command: str) -> Any:  # Any: JSON, here and below
    """The JSON on omctl's standard output.

    Raises:
        OmnistrateError: the exit code is not 0, or the output is not JSON.
    """
    if response.exit_code != 0:
        raise OmnistrateError(
            Problem(
                what=f"{command} failed with exit code {response.exit_code}",
                value=_output(response),
                expected="exit code 0",
                hint=_hint(response, command),
            )
        )
    for text in _from_each_line(response.stdout):
        with suppress(ValueError):
            return json.loads(text)
    raise unexpected(response, command, "JSON on standard output")


def uncertain(response: Completed) -> bool:
    """Whether a run that failed may have done its work all the same: its response was lost, unreadable or not there.

    It did not if omctl, or the API through it, says why it refused; for an instance that it does not find, v1.10.5 says
    so and exits with 0.
    """
    output = _output(response).lower()
    if "not found. please check" in output:
        return False
    return response.exit_code != 1 or output == NO_OUTPUT or _UNCERTAIN.search(output) is not None


def _from_each_line(stdout: str) -> Iterator[str]:
    """The output, and if it is not JSON, what follows the lines before an object or array: a warning may be above."""
    yield stdout
    for match in re.finditer(r"^(?=[\[{])", stdout, flags=re.MULTILINE):
        if stdout[: match.start()].strip():
            yield stdout[match.start() :]


def one_object(response: Completed, command: str) -> dict[str, Any]:
    """The single object of a response.

    Raises:
        OmnistrateError: omctl failed, or the response is not an object.
    """
    found = parsed(response, command)
    if not isinstance(found, dict):
        raise unexpected(response, command, "one object")
    return found


def objects(response: Completed, command: str) -> list[dict[str, Any]]:
    """The objects of a response: omctl prints a single one without an array, and `null` for none.

    Raises:
        OmnistrateError: omctl failed, or the response is not an array of objects.
    """
    found = parsed(response, command)
    items = [] if found is None else [found] if isinstance(found, dict) else found
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise unexpected(response, command, "an array of objects")
    return items


def objects_with(response: Completed, command: str, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """The objects of a response, each with a value for all keys.

    Raises:
        OmnistrateError: omctl failed, or an object lacks one.
    """
    found = objects(response, command)
    if not all(one.get(key) for one in found for key in keys):
        raise unexpected(response, command, f"an array of objects, each with its {', '.join(keys)}")
    return found


def unexpected(response: Completed, command: str, expected: str) -> OmnistrateError:
    """The error of a response that is not as expected."""
    return OmnistrateError(
        Problem(
            what=f"{command} responded with something unexpected",
            value=_output(response),
            expected=expected,
            hint=_hint(response, command),
        )
    )


def _output(response: Completed) -> str:
    error = re.split(r"^Usage:$", response.stderr, maxsplit=1, flags=re.MULTILINE)[0]  # `upgrade list` adds its flags
    text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", f"{error.strip()}\n{response.stdout}".strip())
    shown = "\n".join(text.splitlines()[-OUTPUT_LINES:])
    return (f"…{shown[-OUTPUT_CHARACTERS:]}" if len(shown) > OUTPUT_CHARACTERS else shown) or NO_OUTPUT


def _hint(response: Completed, command: str) -> str:
    output = _output(response).lower()
    if re.search(r"unauthorized|401|not logged in|invalid (api )?key|please (log|run).*login|forbidden|403", output):
        return "check OMNISTRATE_API_KEY: create a key in Omnistrate's settings, and give it with --omnistrate-api-key"
    if re.search(r"secret", output):
        return "add the secret with `omctl secret set ENVIRONMENT-TYPE NAME VALUE`, then run the same call again"
    if re.search(r"timeout|connection|503|502|504|no such host|eof", output):
        return _AGAIN
    return (
        f"fix what `{command}` reports, then run the same call again; if it reports no error, set `omctl_image` in "
        f"[tool.slipway] to an image with omctl v{OMCTL_VERSION}, whose responses Slipway reads"
    )
