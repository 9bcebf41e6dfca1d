"""Finds secrets by gitleaks' rules, as gitleaks applies them to one line: keyword, pattern, entropy, exceptions."""

from collections import Counter
from math import log2

from ci.core.secret_detection.compiled import compiled
from ci.core.secret_detection.gitleaks_rules import NO_SECRET, RULES, STOP_WORDS


def find(line: str) -> str:
    """The id of the first rule that finds a secret in a line such as `NAME=value`; `""` if none does."""
    lower = line.lower()
    for rule, keywords, least_entropy, pattern, exceptions in RULES:
        if any(keyword in lower for keyword in keywords):
            for match in compiled(pattern).finditer(line):
                secret = next((group for group in match.groups() if group), match[0])
                if entropy(secret) >= least_entropy and not _is_exception(secret, exceptions):
                    return rule
    return ""


def entropy(text: str) -> float:
    """Shannon's entropy of a text, in bits per character."""
    counts = Counter(text).values()
    return -sum(count / len(text) * log2(count / len(text)) for count in counts)


def _is_exception(secret: str, exceptions: tuple[str, ...]) -> bool:
    lower = secret.lower()
    return any(word in lower for word in STOP_WORDS) or any(
        compiled(pattern).search(secret) for pattern in (*NO_SECRET, *exceptions)
    )
