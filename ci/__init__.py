"""Slipway: release a compose product of many images to Omnistrate with one call.

The engine loads the main object as `ci:Slipway`. It is imported only when it is accessed: it needs dagger, whose import
takes more than a second, and nothing else in this package does (docs/engine.md, "The module's own source").
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ci.main import Slipway

__all__ = ["Slipway"]


def __getattr__(name: str) -> Any:  # Any: the type of any attribute of a module
    if name == "Slipway":
        from ci.main import Slipway  # noqa: PLC0415 - see above

        return Slipway
    raise AttributeError(name)
