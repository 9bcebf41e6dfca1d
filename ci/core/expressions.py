"""Omnistrate's expressions in text: one grammar for all their readers.

    {{ $secrets.NAME }}   $secrets.NAME   $secret.NAME   ${{ secrets.NAME }}     a secret
    {{ $sys.PATH }}       $sys.PATH       $var.PATH      $func.NAME(ARGUMENTS)   everything else

Omnistrate replaces them when it deploys a plan version, so a release keeps them as they are (docs/omctl.md,
"Expressions").
`$$secrets.NAME` is not an expression: `$$` is how compose writes a dollar sign.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_SECRET = r"secrets?\.[A-Za-z_][\w-]*"  # noqa: S105 - how one is referred to
_OTHER = r"(?:sys|var|func)\.[A-Za-z_](?:[\w.\-\[\]]*[\w\]])?(?:\([^)]*\))?"
_NAME = rf"{_SECRET}|{_OTHER}"
_EXPRESSION = re.compile(
    rf"\$\{{\{{\s*(?P<github>{_SECRET})\s*\}}\}}"
    rf"|\{{\{{\s*\$(?P<braced>{_NAME})\s*\}}\}}"
    rf"|(?<!\$)\$(?P<bare>{_NAME})",
    re.ASCII,
)
_JOINED = re.compile(r"[${]\{\{ \$secrets\.[\w-]+ \}\}|\{\{ \$secrets\.[\w-]+ \}\}\}", re.ASCII)
_VERBATIM = re.compile(rf"\$?\{{\{{.*?\}}\}}|\$+(?:{_NAME})", re.ASCII | re.DOTALL)


@dataclass(frozen=True)
class Expression:
    """One expression at `text[start:end]`.

    `name` is the same for every way to write it: `secrets.NAME` for a secret, else the path without braces and dollar.
    """

    name: str
    start: int
    end: int

    @property
    def secret(self) -> str:
        """The secret's name, `""` if this is another expression."""
        return self.name.removeprefix("secrets.") if self.name.startswith("secrets.") else ""


def find(text: str) -> Iterator[Expression]:
    """Every expression of a text, in its order; one among a function's arguments is a part of that function's."""
    for match in _EXPRESSION.finditer(text):
        name = match["github"] or match["braced"] or match["bare"]
        yield Expression(re.sub(r"^secret\.", "secrets.", name), match.start(), match.end())


def names(text: str) -> tuple[str, ...]:
    """The names of the expressions in a text, each once, in the order of their first use."""
    return tuple(dict.fromkeys(found.name for found in find(text)))


def secret_names(text: str) -> tuple[str, ...]:
    """The secrets that a text refers to, each once, those among a function's arguments included."""
    found: dict[str, None] = {}
    for expression in find(text):
        if expression.secret:
            found[expression.secret] = None
        else:
            found |= dict.fromkeys(secret_names(expression.name.partition("(")[2]))
    return tuple(found)


def secret_reference(name: str) -> str:
    """The expression that Omnistrate replaces with the secret `name`."""
    return f"{{{{ $secrets.{name} }}}}"


def has_joined_secret(text: str) -> bool:
    """Whether a secret's expression is beside a sign that could be read as a part of it: `{{{ $secrets.a }}}`."""
    return "$secrets." in text and _JOINED.search(text) is not None


def replace(text: str, value: Callable[[str], str | None]) -> str:
    """The text with each expression replaced by `value(name)`; where that is None, the expression stays."""
    parts, at = list[str](), 0
    for found in find(text):
        new = value(found.name)
        parts += [text[at : found.start], text[found.start : found.end] if new is None else new]
        at = found.end
    return "".join([*parts, text[at:]])


def verbatim_spans(text: str) -> list[tuple[int, int]]:
    """Where a text must stay as it is when compose's variables in it are replaced.

    These are its expressions and every other text in double braces, such as `{{ $file:PATH }}`; and `$$sys.id`, which
    with one dollar sign would be an expression.
    """
    return [match.span() for match in _VERBATIM.finditer(text)]
