"""Which files of a source its `.gitignore`s name: they are no part of the product.

The rules are those of https://git-scm.com/docs/gitignore, for the `.gitignore`s of the source alone: no other machine
has a user's own. The engine's adapter filters by the engine's own reading of them, and
`tests/integration/test_gitignore.py` holds this one against git's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ci.core.images.dockerignore import segment

IGNORE_FILE = ".gitignore"
SECRET_FILES = (
    *(".env.local", ".env.*.local", ".git-credentials", ".netrc", ".npmrc", ".pypirc", "*.p12", "*.pfx"),
    *("id_dsa", "id_ecdsa", "id_ed25519", "id_rsa", ".aws", ".ssh"),
)
"""Files and folders that usually hold secrets: what a source without a `.gitignore` at its top is taken to ignore."""


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    includes: bool
    folders_only: bool


class GitIgnore:
    """The `.gitignore`s of a source."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """`texts` has the text of each `.gitignore` by its folder, `""` for the top."""
        self._rules = {folder: _rules(text) for folder, text in ({"": "\n".join(SECRET_FILES)} | dict(texts)).items()}

    def add(self, folder: str, text: str) -> None:
        """Take over the `.gitignore` of another folder."""
        self._rules[folder] = _rules(text)

    def excludes(self, path: str, *, folder: bool = False) -> bool:
        """Whether a file, or with `folder` a folder, is ignored: it is itself, or a folder above it."""
        parts = path.split("/")
        return any(self._named(parts[:end], folder=folder or end < len(parts)) for end in range(1, len(parts) + 1))

    def _named(self, parts: list[str], *, folder: bool) -> bool:
        """Whether the last pattern that matches a path itself ignores it; those of its own folder count most."""
        ignored = False
        for start in range(len(parts)):
            rest = "/".join(parts[start:])
            for rule in self._rules.get("/".join(parts[:start]), ()):
                if (folder or not rule.folders_only) and rule.pattern.fullmatch(rest):
                    ignored = not rule.includes
        return ignored


@lru_cache(maxsize=256)
def _rules(text: str) -> tuple[_Rule, ...]:
    return tuple(rule for line in text.removeprefix("\ufeff").splitlines() if (rule := _rule(line)))


def _rule(line: str) -> _Rule | None:
    line = re.sub(r"(?<!\\) +$", "", line)
    if not line or line.startswith("#"):
        return None
    pattern = line.removeprefix("!")
    folders_only = pattern.endswith("/")
    parts = pattern.replace("[!", "[^").rstrip("/").split("/")
    if len(parts) == 1:  # no slash but one at the end: in any folder
        parts = ["**", *parts]
    last = parts.pop()
    start = "".join(r"(?:[^/]+/)*" if part == "**" else f"{segment(part)}/" for part in parts if part)
    end = ".+" if last == "**" else segment(last)
    return _Rule(re.compile(start + end), line.startswith("!"), folders_only) if last else None
