"""Values that have the form of a secret, whatever their name.

gitleaks, whose rules are for source code, has no rule for these: credentials in a URL or a connection string, an
`Authorization` header, an entry of a password file; and it wants tokens of an exact length.
"""

from ci.core.secret_detection.compiled import compiled

_PLACEHOLDER = r"(?:\$\{|\$[A-Z_]+\b|\{\{|<|%[A-Z_]+%|(?:\*+|[xX]{3,}|\.{3})(?=[@;&\s,]|$))"
"""How what stands for a password begins: a variable, an expression, `<password>`, `%PASSWORD%`, `***`."""

_FORMS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("a URL with a password", ("://",), rf"(?i)\b[a-z][a-z0-9+.-]*://[^/\s:@?#]*:(?!{_PLACEHOLDER})[^/\s@]+@"),
    ("a URL with a token", ("://",), r"(?i)\b(?!enode:)[a-z][a-z0-9+.-]*://(?=[^/\s:@]*\d)[\w.~-]{16,}@"),
    (
        "a connection string with a password",
        ("pass", "pw", "secret", "key=", "token=", "sig"),
        (
            r"(?i)(?:^|[;?&\s,])(?:pass|passwd|password|pwd|pw|secret|client_?secret|account_?key|shared_?access_?key"
            r"|api_?key|access_?token|auth_?token|token|sig|signature)="
            rf"(?!{_PLACEHOLDER}|(?:true|false|null|none)?(?:[;&\s,]|$))"
        ),
    ),
    (
        "an Authorization header",
        ("bearer ", "basic ", "token ", "apikey ", "digest "),
        (
            r"(?:^|[\s:=\"'])(?:Bearer|Basic|Token|ApiKey|Digest)\s+"
            r"(?=[\w.+/=~-]*[\d=]|[\w.+/=~-]{20})[\w.+/=~-]{8,}(?![\w.])"
        ),
    ),
    (
        "an entry of a password file",
        ("$", "{ssha", "{sha"),
        r"(?:^|[\s:,])(?:\$(?:apr1|1|2[abxy]?|5|6|y|argon2\w*)\$[\w./$=,+-]{8,}|\{SSHA\d*\}|\{SHA\d*\})",
    ),
    ("a data source with a password", ("@tcp(", "@unix("), r"\w:[^\s@/]+@(?:tcp|unix)\("),
    ("a private key", ("-----begin",), r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY"),
    ("a JSON web token", ("eyj",), r"\beyJ[\w-]{8,}\.eyJ[\w-]+\."),
    (
        "a token",
        (
            *("ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_", "glpat-", "sk-", "k_live_", "k_test_", "k_prod_"),
            *("whsec_", "xox", "akia", "asia", "aiza", "sg.", "npm_", "hf_", "dckr_"),
        ),
        (
            r"\b(?:gh[opsur]_|github_pat_|glpat-|sk-|[sr]k_(?:live|test|prod)_|whsec_|xox[abeoprs]-"
            r"|AKIA|ASIA|AIza|SG\.|npm_|hf_|dckr_[op]at_)"
            r"(?=[\w./+-]*\d)(?![\w./+-]*(?:xxxx|XXXX))[\w./+-]{12,}"
        ),
    ),
    (
        "a webhook's address",
        ("https://",),
        (
            r"(?i)https://(?:hooks\.(?:slack|zapier)\.com/|(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d"
            r"|\w+\.webhook\.office\.com/|outlook\.office(?:365)?\.com/webhook/|maker\.ifttt\.com/trigger/"
            r"|chat\.googleapis\.com/v1/spaces/|open\.(?:feishu|larksuite)\.\w+/open-apis/bot/"
            r"|oapi\.dingtalk\.com/robot/send|api\.telegram\.org/bot\d)[^\s<>{}]{8,}"
        ),
    ),
)
"""A form, the strings of which a value of it has one, in lower case, and its pattern."""
_WEBHOOK = r"(?i)https?://[^/\s]+/(?=\S*\d)\S*[\w-]{16,}"


def reason(name: str, value: str) -> str:
    """Why a value looks like a secret, `""` if it does not."""
    lower = value.lower()
    for form, keywords, pattern in _FORMS:
        if any(keyword in lower for keyword in keywords) and compiled(pattern).search(value):
            return f"its value has the form of {form}"
    if "hook" in name.lower() and "://" in value and compiled(_WEBHOOK).fullmatch(value):
        return "its value has the form of a webhook's address"
    return ""
