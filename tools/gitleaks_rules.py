"""Write `ci/core/secret_detection/gitleaks_rules.py` from the rules that gitleaks publishes.

.venv/bin/python tools/gitleaks_rules.py config/gitleaks.toml v8.30.0 > ci/core/secret_detection/gitleaks_rules.py
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

EXCLUDED = {
    "generic-api-key": "an env file gives the name, which ci/core/secret_detection/names.py judges",
    "curl-auth-header": "a command line",
    "curl-auth-user": "a command line",
}

HEAD = '''"""The rules of gitleaks {version} (config/gitleaks.toml), as data; not edited by hand.

`tools/gitleaks_rules.py` writes it. A rule is its id, its keywords in lower case, the least entropy of the secret in
bits per character, its pattern, and the patterns of what is no secret all the same. Not here: the rules for files of a
certain name, and `EXCLUDED` of the tool.

gitleaks is under the MIT License, which is beside this file: gitleaks.LICENSE.
"""

# ruff: noqa: E501, Q000 - one line a rule, as Python prints it
# fmt: off'''

_PART = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\(\?i\)|\(|\)|\||.", re.DOTALL)


def main(arguments: Sequence[str]) -> int:
    """Print the module."""
    file, version = arguments
    table = tomllib.loads(Path(file).read_text())
    print(HEAD.format(version=version))
    allowed = table["allowlist"]
    print(f"NO_SECRET: tuple[str, ...] = {tuple(map(python_pattern, allowed['regexes']))!r}")
    print(f"STOP_WORDS: tuple[str, ...] = {tuple(allowed['stopwords'])!r}")
    print("RULES: tuple[tuple[str, tuple[str, ...], float, str, tuple[str, ...]], ...] = (")
    for line in rules(table["rules"]):
        print(f"    {line},")
    print(")")
    return 0


def rules(published: Sequence[dict[str, Any]]) -> Iterator[str]:  # Any: TOML
    """Each rule that is kept, as the text of a tuple."""
    for rule in published:
        if rule["id"] in EXCLUDED or "path" in rule:
            continue
        allowed = tuple(
            python_pattern(pattern)
            for one in rule.get("allowlists", ())
            if "regexTarget" not in one
            for pattern in one.get("regexes", ())
        )
        keywords = tuple(rule["keywords"])
        entropy = float(rule.get("entropy", 0))
        yield repr((rule["id"], keywords, entropy, python_pattern(rule["regex"]), allowed))


def python_pattern(pattern: str) -> str:
    r"""A pattern of Go's regexp for Python's re: `(?i)` inside a group becomes a group, `\z` becomes `\Z`.

    Raises:
        ValueError: the pattern has an alternative after such a flag, whose scope a group can't keep.
    """
    written: list[str] = []
    opened = [0]
    """For each group that is open, how many groups of ours are to be closed with it."""
    for part in _PART.findall(pattern):
        if part == "(?i)":
            if not written:
                written.append(part)
                continue
            written.append("(?i:")
            opened[-1] += 1
            continue
        if part == "(":
            opened.append(0)
        elif part == ")":
            written.append(")" * opened.pop())
        elif part == "|" and opened[-1]:
            raise ValueError(pattern)
        written.append(r"\Z" if part == r"\z" else _escaped(part))
    text = "".join(written) + ")" * opened[0]
    re.compile(text)
    return text


def _escaped(part: str) -> str:
    """A class in which `[` has a backslash, since Python warns of one without."""
    if not part.startswith("[") or len(part) == 1:
        return part
    return "[" + re.sub(r"(?<!\\)\[", r"\\[", part[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
