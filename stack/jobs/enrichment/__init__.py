"""Adds keywords (counted by their stems), email addresses, links and amounts."""

import re
from collections import Counter
from typing import Any

import snowballstemmer

from jobs.base import Message, Step, Store

KEYWORDS = 8
COMMON = re.compile(
    r"about|after|also|been|from|have|into|more|than|that|their|them|they|this|were|when|which|will|with"
)
PATTERNS = {
    "emails": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "links": re.compile(r"https?://[^\s<>\"')]+"),
    "amounts": re.compile(r"[€$£]\s?\d+(?:[.,]\d+)*"),
}


def enrich(message: Message, store: Store) -> dict[str, Any]:
    text = store.get_text(message.data["text_file"])
    found = {name: sorted(set(pattern.findall(text))) for name, pattern in PATTERNS.items()}
    return found | {"keywords": keywords(text)}


def keywords(text: str, limit: int = KEYWORDS) -> list[str]:
    """The most frequent words; words of one stem are counted together and represented by the most frequent of them."""
    words = [word for word in re.findall(r"[a-z]{4,}", text.lower()) if not COMMON.fullmatch(word)]
    stems = snowballstemmer.stemmer("english").stemWords(words)
    counts, forms = Counter(stems), Counter(zip(stems, words, strict=True))
    shown: dict[str, str] = {}
    for (stem, word), _ in forms.most_common():
        shown.setdefault(stem, word)
    return [shown[stem] for stem, _ in counts.most_common(limit)]


STEP = Step(
    name="enrichment",
    work=enrich,
    then="coordinator",
    sample=lambda store: {
        "text_file": store.put_text(
            "Invoices: invoice 7 of $12.50 was paid, see https://example.org or ask ada@example.org"
        )
    },
    expected={"emails": ["ada@example.org"], "amounts": ["$12.50"], "links": ["https://example.org"]},
)
