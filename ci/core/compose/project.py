"""The name that compose gives a project, which is the start of the names of the images that it builds."""

import posixpath
import re
from collections.abc import Mapping

from ci.core.compose.interpolation import interpolate
from ci.core.compose.model import Compose
from ci.core.yaml.nodes import Scalar

PROJECT_VARIABLE = "COMPOSE_PROJECT_NAME"
_NOT_IN_A_NAME = re.compile(r"[^-_a-z0-9]")


def project_name(compose: Compose, variables: Mapping[str, str]) -> str:
    """The project's name, `""` if it is not known.

    Compose takes it from `COMPOSE_PROJECT_NAME`, else from `name:`, else from the folder's name (compose-go v2,
    cli/options.go). What the folder of the top of the source is called differs from machine to machine.
    """
    if PROJECT_VARIABLE in variables:
        return normalized_project(variables[PROJECT_VARIABLE])
    name = compose.top_level.get("name")
    if name and isinstance(name.value, Scalar) and name.value.value:
        text, unknown = interpolate(name.value.value, variables)
        return "" if unknown else normalized_project(text)
    return normalized_project(posixpath.basename(posixpath.dirname(compose.document.file)))


def normalized_project(name: str) -> str:
    """A project's name as compose changes it: lower case, of `a-z`, `0-9`, `-` and `_` (NormalizeProjectName)."""
    return _NOT_IN_A_NAME.sub("", name.lower()).lstrip("_-")
