"""The command line of the module as `dagger call` has it, and the calls that it accepts."""

import inspect
import typing
from typing import Any

Json = dict[str, Any]  # Any: JSON


def surface() -> Json:
    """The functions of the module, with their flags."""
    from ci.adapters.dagger_results import Result, SmokeResult  # noqa: PLC0415 - the stub reads a surface without dagger
    from ci.main import Slipway  # noqa: PLC0415

    functions = {}
    for name, found in vars(Slipway).items():
        if hasattr(found, "__dagger_function__"):
            arguments = [one for one in inspect.signature(found).parameters.values() if one.name != "self"]
            hints = typing.get_type_hints(found)
            returned = hints["return"]
            functions[name.replace("_", "-")] = {
                "flags": {one.name.replace("_", "-"): hints[one.name] is not bool for one in arguments},
                "required": [
                    one.name.replace("_", "-") for one in arguments if one.default is one.empty and one.name != "source"
                ],
                "returns": list(typing.get_type_hints(returned)) if returned in {Result, SmokeResult} else [],
                "file": returned.__name__ == "File",
            }
    constructor = {name.replace("_", "-"): True for name in typing.get_type_hints(Slipway)}
    return {"functions": functions, "constructor": constructor}


def flags(words: list[str], known: dict[str, bool]) -> tuple[dict[str, str], list[str]]:
    """The flags at the start of `words` with their values, and the words after them; `known`: which take a value.

    Raises:
        ValueError: a flag is unknown, or has no value.
    """
    found = {}
    while words and words[0].startswith("--"):
        name, words = words[0].removeprefix("--"), words[1:]
        if name not in known:
            raise ValueError(f"unknown flag: --{name}")
        found[name] = ""
        if known[name]:
            if not words or words[0].startswith("--"):
                raise ValueError(f"flag needs an argument: --{name}")
            found[name], words = words[0], words[1:]
    return found, words


def parsed(words: list[str], surface: Json, given: frozenset[str] = frozenset()) -> tuple[dict[str, str], str]:
    """The flags of a call, and the folder or file that it exports to, `""` for none; `given`: flags from elsewhere.

    Raises:
        ValueError: the module has no such function, or it does not take these flags.
    """
    values, words = flags(words, surface["constructor"])
    if not words or words[0] not in surface["functions"]:
        raise ValueError(f"unknown command: {words[:1]}")
    function = surface["functions"][words[0]]
    more, words = flags(words[1:], function["flags"])
    if missing := set(function["required"]) - set(more) - given:
        raise ValueError(f"required flags not set: {sorted(missing)}")
    if words and not function["file"]:
        if words[0] not in function["returns"]:
            raise ValueError(f"unknown command: {words}")
        words = words[1:]
    if words and (words[:2] != ["export", "--path"] or len(words) != len(("export", "--path", "FOLDER"))):
        raise ValueError(f"unknown command: {words}")
    return values | more, words[-1] if words else ""
