"""Which keywords a commit message has.

A keyword counts as a word of its own, in the subject or the body, in upper or lower case (as `contains` of GitHub's
workflows reads it, https://docs.github.com/actions/reference/evaluate-expressions-in-workflows-and-actions#contains).
It does not count where the message quotes another text: in quotation marks, code or `>` lines, or in the subject of
another commit that git or a person copied into this one.
"""

import re

_COPIED = re.compile(r"\s*(?:(?:fixup|squash|amend)!|revert(?:\([^)]*\))?!?:)", re.IGNORECASE)
"""`git commit --fixup` and `revert:` of Conventional Commits: the subject of another commit follows, not in quotes."""
_QUOTED = re.compile(r"\s*(?:revert|reapply)\s+\"", re.IGNORECASE)
"""`git revert`: the other commit's subject follows in quotes, which may hold quotes."""
_FENCE = re.compile(r"\s*(```|~~~)")
_QUOTE = 1000
"""Characters of the longest quotation that is found in a paragraph: without a bound the search may take minutes."""
_MESSAGE = 20_000
"""Characters of a message that are read."""
_PAIRS = (('"', '"'), ("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("‘", "’"))  # noqa: RUF001 - quotation marks
_QUOTES = re.compile(
    "|".join(
        (
            rf"(?P<ticks>`+).{{1,{_QUOTE}}}?(?P=ticks)",
            *(f"{opening}[^{closing}]{{0,{_QUOTE}}}{closing}" for opening, closing in _PAIRS),
            rf"(?<!\w)'[^']{{0,{_QUOTE}}}'(?!\w)",  # not an apostrophe
        )
    ),
    re.DOTALL,
)
_MERGE = re.compile(r"\s*Merged? ")
"""GitHub, GitLab and Bitbucket write the title of the pull request into the body of its merge commit."""


def has_keyword(text: str, keyword: str) -> bool:
    """Whether a text has a keyword as a word of its own."""
    pattern = rf"(?<![\w/.#@\\-]){re.escape(keyword)}(?![\w/(\[=-]|\.\w)"
    return re.search(pattern, text, re.IGNORECASE) is not None


def is_titled(message: str, keyword: str) -> bool:
    """Whether the subject of a commit, or of the pull request that it merges, starts with a keyword.

    It is `chore(release): 1.4.0`, `chore(release)!: …` or `chore(release) …`.
    """
    subject, *body = _lines(message)
    if _MERGE.match(subject):
        subject = next((line for line in body if line.strip()), "")
    return re.match(rf"\s*{re.escape(keyword)}!?(?![^\s:])", subject, re.IGNORECASE) is not None


def own_text(message: str) -> str:
    """The message without what it quotes."""
    subject, *body = _lines(message)
    if _COPIED.match(subject):
        subject = ""
    elif quoted := _QUOTED.match(subject):
        end = subject.rfind('"')
        subject = subject[end + 1 :] if end >= quoted.end() else ""
    paragraphs = "\n".join([subject, *_without_code(body)]).split("\n\n")
    return "\n\n".join(_QUOTES.sub(" ", paragraph) for paragraph in paragraphs)


def _lines(message: str) -> list[str]:
    """The lines, the subject first: git writes no blank line before it, an API may."""
    return message[:_MESSAGE].replace("\r\n", "\n").replace("\r", "\n").lstrip("\n").split("\n")


def _without_code(lines: list[str]) -> list[str]:
    """The lines outside of fenced code, an unclosed one of which has no end, without those that start with `>`."""
    kept, fence = list[str](), ""
    for line in lines:
        found = _FENCE.match(line)
        if fence:
            fence = "" if found and found[1] == fence else fence
        elif found:
            fence = found[1]
        elif not line.lstrip().startswith(">"):
            kept.append(line if line.strip() else "")
    return kept
