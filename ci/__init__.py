"""Slipway: release a compose product of many images to Omnistrate with one call.

The main object is re-exported on demand: the engine asks for `ci:Slipway`, and everything else that imports from this
package (the plain command, the core, the rehearsal's API) is spared dagger, whose import takes over a second.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ci.main import Slipway

__all__ = ["Slipway"]


def __getattr__(name: str) -> Any:  # Any: what a module's attribute may be
    if name == "Slipway":
        from ci.main import Slipway  # noqa: PLC0415 - see above

        return Slipway
    raise AttributeError(name)
