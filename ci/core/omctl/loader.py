"""What `omctl build` makes of a compose file before it sends it (omctl v1.10.5, cmd/build; docs/omctl.md).

In this order: each `${OMCTL_NAME}` of the file itself is replaced from the environment; files are embedded
(`ci.core.omctl.embedding`); and if the text then holds `env_file:` anywhere, omctl runs `docker compose config`, which
replaces variables and reads env files. Without that text nothing else is replaced.
"""

import re
from collections.abc import Mapping

from ci.core.omctl.substitution import Substituted, braced, substitute

ENV_FILE = "env_file:"
"""The text for which omctl runs `docker compose config`, wherever it stands: in a key, a value or a comment."""
OMCTL_VARIABLE = re.compile(r"\$\{(OMCTL_[A-Za-z0-9_]+)\}", re.ASCII)
"""A variable that omctl replaces by itself; it fails if the environment has none of that name, or a blank one."""


def runs_docker(embedded: str) -> bool:
    """Whether omctl runs `docker compose config`; the text is that with all files embedded."""
    return ENV_FILE in embedded


def filled(value: str, variables: Mapping[str, str]) -> Substituted:
    """A value as omctl sends it if it runs `docker compose config`.

    omctl doubles each dollar sign but that of `${` first, so that only `${NAME}` is a variable: `$NAME` and `$$` stay.
    Expressions of Omnistrate such as `${{ secrets.NAME }}` stay as well; docker compose refuses all but that of omctl's
    own token.
    """
    if "${" not in value:
        return Substituted(value)
    return substitute(value.replace("$", "$$").replace("$${", "${").replace("${{", "$${{"), variables)


def variables_in(value: str) -> list[tuple[int, int]]:
    """Where omctl's `${NAME…}` stand in a value that `filled` replaces, those in others left aside."""
    return [span for span in braced(value) if not value.startswith("${{", span[0])]
