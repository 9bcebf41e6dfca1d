"""Whether a variable looks like a secret, and why."""

from ci.core.expressions import replace

_STANDS_FOR_EXPRESSION = "{{}}"


def looks_secret(name: str, value: str) -> str:
    """Why a variable looks like a secret, such as "its name has `TOKEN`"; `""` if it does not.

    The reason never has the value. An expression of Omnistrate is no secret, it stands for one; so a name says nothing
    of a value with an expression in it. An empty value of a variable that is called like a secret is one: its real
    value is set somewhere else.
    """
    from ci.core.secret_detection import gitleaks, names, values  # noqa: PLC0415 - many rules, of which few files need one

    shown = replace(value, lambda _: _STANDS_FOR_EXPRESSION)
    if reason := values.reason(name, shown):
        return reason
    if rule := gitleaks.find(f"{name}={shown}"):
        return f"its value matches the rule `{rule}` of gitleaks"
    if shown == value and (word := names.secret_word(name, value)):
        return f"its name has `{word}`"
    return ""
