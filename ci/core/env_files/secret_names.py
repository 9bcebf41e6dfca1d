"""What the secrets of variables are called in Omnistrate."""

import re


def secret_name(variable: str) -> str:
    """The proposed name of a variable's secret in Omnistrate: `dbPassword` for `DB_PASSWORD`."""
    head, *rest = [part for part in re.split(r"[^a-z0-9]+", variable.lower()) if part] or ["secret"]
    return head + "".join(part.capitalize() for part in rest)
