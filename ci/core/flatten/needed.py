"""Whether a compose file may need others; a file of its own, since every command asks, and few need the rest."""


def may_need_others(text: str) -> bool:
    """Whether a text may extend or include something of another file; quick, and never False if it does."""
    return "include" in text or ("extends" in text and "file" in text)
