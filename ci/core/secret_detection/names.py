"""Names that secrets usually have, read word by word: `DB_PASSWORD`, `dbPassword`, `db-password`, `DBPASS`."""

import re

from ci.core.secret_detection.plain_values import is_address, is_flag, is_number, is_path

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")

_INSIDE = re.compile(
    r"passwo?rd|passphrase|passwd|passcode|contraseña|secret(?!ar)|credential|htpass|mnemonic"
    r"|(?:api|access|private|auth|service|account|db|database|client|master|encrypt(?:ion)?|signing|ssh|license|app|session"
    r"|storage|jwt|fernet|admin|shared|deploy)[_.-]?keys?(?!(?-i:[a-z]))"
    r"|conn(?:ection)?[_.-]?str(?:ing)?s?(?!(?-i:[a-z]))|erlang[_.-]?cookie"
    r"|auth[_.-]?(?:code|user[_.-]?info)(?!(?-i:[a-z]))",
    re.IGNORECASE,
)
"""Parts of a name, wherever they are."""
_WORDS = frozenset(
    {
        "pass",
        "passwd",
        "pw",
        "token",
        "tokens",
        "key",
        "keys",
        "apikey",
        "apikeys",
        "creds",
        "dsn",
        "pat",
        "salt",
        "salts",
    }
)
"""Words of a name."""
_LAST_WORDS = frozenset({"pwd", "private", "bearer"})
"""Words that count only after another one, and as the last."""
_GLUED = re.compile(
    r"(?:db|user|usr|admin|root|key|auth|smtp|mail|email|ftp|sql|redis|mongo|pg|my|app|web|ldap|proxy|basic|default|test"
    r"|super|postgres|rabbit|mq)(?:pass|pwd|pw)|\w*(?:auth|access|api|bot|npm|git|refresh|session)tokens?"
)
"""Words without a sign between their parts."""
_AUTH = frozenset({"auth", "authn", "authorization", "userpass", "basicauth"})
"""Words for a user and password, where the value can be that."""
_AUTH_METHODS = frozenset(
    {"basic", "digest", "bearer", "oauth", "oauth2", "oidc", "ldap", "saml", "jwt", "trust", "md5", "ident"}
    | {"peer", "scram-sha-256", "password", "token", "local", "native", "internal", "external", "mtls", "cookie"}
    | {"kerberos", "anonymous", "htpasswd", "silly", "session", "header", "proxy", "sso", "simple", "plain", "login"}
)

_COUNTED = frozenset(
    {"lifetime", "ttl", "expiry", "expires", "expire", "expiration", "minutes", "seconds", "hours", "days", "ms"}
    | {"min", "max", "num", "length", "len", "size", "bits", "count", "limit", "limits", "rate", "rounds", "secs"}
    | {"interval", "timeout", "validity", "age", "duration", "leeway", "period", "skew", "cost", "iterations"}
)
"""Words of a setting that says how long or how many."""
_DESCRIBED = frozenset(
    {"enabled", "enable", "disabled", "disable", "required", "policy", "rotation", "algorithm", "algorithms", "alg"}
    | {"type", "mode", "method", "methods", "scheme", "format", "prefix", "suffix", "header", "field", "attribute"}
    | {"name", "names", "file", "path", "dir", "directory", "folder", "location", "url", "uri", "endpoint", "host"}
    | {"issuer", "audience", "version", "strategy", "provider", "backend", "page", "hint", "regex", "pattern"}
    | {"validator", "validators", "encoding", "separator", "through", "hasher", "hashers", "region", "namespace"}
    | {"algo", "claim", "class", "port", "realm", "alias", "source", "kind", "address", "addr", "pda", "thru", "inf"}
    | {"user", "username", "signup", "signin", "reset"}
)
"""Last words of a setting that is about a secret, and is none."""
_NO_KEY = frozenset(
    {"public", "pub", "publishable", "primary", "foreign", "partition", "sort", "routing", "binding", "cache", "group"}
    | {"idempotency", "site", "row", "index", "lookup", "hot", "shortcut", "sharding", "shard", "dedup", "message"}
)
"""Words beside `key` of a key that is no secret."""
_PUBLIC = frozenset({"public", "pub", "publishable"})
"""Those of a key that is none whatever it is for."""
_ENCRYPTS = frozenset({"encryption", "encrypt", "crypto", "cipher", "signing", "hmac", "jwt", "auth", "access", "api"})
"""Words of a key that is a secret all the same."""
_CLIENTS = frozenset({"next", "nuxt", "expo", "astro", "gatsby"})
"""Whose variables `NEXT_PUBLIC_…` are sent to every browser."""
_SWITCH = frozenset(
    {"use", "enable", "allow", "require", "disable", "has", "is", "skip", "with", "show", "reset", "force"}
)


def secret_word(name: str, value: str) -> str:
    """The part of a variable's name that secrets have, `""` if there is none or the value shows that it is no secret.

    A flag, a path and a plain URL are no secrets, and a number is none where the name says what it counts.
    """
    words = [word.lower() for word in _WORD.findall(name)]
    found = _word(name, words, value)
    if not found or is_flag(value) or is_path(value) or is_address(value):
        return ""
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    names_a_key = words[-1] == "id" and "key" in found.lower() and "access" not in found.lower()
    is_sent_to_browsers = words[0] in _CLIENTS and "public" in words[1:2] and found.lower() in {"key", "keys"}
    if names_a_key or is_sent_to_browsers or words[-1] in _COUNTED | _DESCRIBED:
        return ""
    if is_number(value) and (set(words) & _COUNTED or words[0] in _SWITCH or "tokens" in words):
        return ""
    return found


def _word(name: str, words: list[str], value: str) -> str:
    if inside := _INSIDE.search(name):
        return inside[0]
    encrypts = bool(_ENCRYPTS & set(words))
    for at, word in enumerate(words):
        is_last = all(one.isdigit() for one in words[at + 1 :])
        beside = {*words[max(0, at - 1) : at], *words[at + 1 : at + 2]}
        if word in {"key", "keys"} and beside & (_PUBLIC if encrypts else _NO_KEY):
            continue
        if word in _WORDS or _GLUED.fullmatch(word) or (is_last and at and word in _LAST_WORDS):
            return word
        if is_last and word in _AUTH and _may_be_credentials(words, value):
            return word
    return ""


def _may_be_credentials(words: list[str], value: str) -> bool:
    """Whether the value of a variable such as `NEO4J_AUTH` can be a user and password."""
    text = value.strip().lower()
    return bool(text) and words[0] not in _SWITCH and text not in _AUTH_METHODS and not is_number(value)
