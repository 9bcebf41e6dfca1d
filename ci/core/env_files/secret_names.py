"""Which variables look like secrets, and what their secrets are called in Omnistrate."""

import re

_SECRET_NAME = re.compile(
    r"(?:^|[_.-])(?:pass|passwd|token|keys?|apikey|credentials?|creds|dsn|pat|private|salt)(?:[_.-]|$)|[_.-]pwd(?:[_.-]|$)"
    r"|password|passphrase|secret|api_?key|access_?key|private_?key|connection_?string",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(
    r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@"  # a URL with a password
    r"|(?:^|[;?&\s])(?:password|pwd|accountkey|sharedaccesskey|api_?key|token|sig)=[^;&\s]"  # a connection string
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\b(?:gh[opsu]_|github_pat_|glpat-|sk-|sk_live_|xox[abp]-|AKIA|AIza)[A-Za-z0-9_-]{12,}"  # tokens with a prefix
    r"|\beyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.",  # a JSON web token
    re.IGNORECASE,
)


def looks_secret(name: str, value: str) -> bool:
    """Whether a variable's name or value is of a form that secrets usually have."""
    return bool(_SECRET_NAME.search(name) or _SECRET_VALUE.search(value))


def secret_name(variable: str) -> str:
    """The proposed name of a variable's secret in Omnistrate: `dbPassword` for `DB_PASSWORD`."""
    head, *rest = [part for part in re.split(r"[^a-z0-9]+", variable.lower()) if part] or ["secret"]
    return head + "".join(part.capitalize() for part in rest)
