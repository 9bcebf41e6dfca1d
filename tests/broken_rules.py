"""The rules of the edit, each broken in one way, with a compose file in which that makes a wrong result.

For the test that the proof refuses each of these results: `tests/unit/core/proof/test_broken_rules.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ci.core.compose.sidecars import sidecar_images
from ci.core.pin import comments
from ci.core.pin.edits import Edit


@dataclass(frozen=True)
class Rule:
    """A rule: the function that it is, what replaces it (made from the function), and a compose file.

    `checks` are functions of the edit that would refuse the result before the proof sees it: they say that all is well.
    """

    function: str
    broken: Callable[[Any], Any]  # Any: functions of every signature
    source: str
    settings: dict[str, Any] = field(default_factory=dict)
    checks: tuple[str, ...] = ()


def returns(value: object) -> Callable[[Any], Any]:
    """A rule that always says the same."""
    return lambda _: lambda *_args, **_options: value


def service(text: str, *, more: str = "") -> str:
    """A compose file with one service of these lines."""
    lines = "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())
    return f"services:\n  web:\n{lines}{more}"


COMMENTS = service(
    "restart: always\n# Of all below.\n\n# Of the build.\nbuild: ./web # beside\n  # deeper\n# Beside.\ninit: true"
)
COMMENTED_OUT = service("restart: always\n# image: old\n# - item\nbuild: ./web\ninit: true")
WINDOWS = service("image: old:1\nenv_file: .env.app\nenvironment:\n  A: b").replace("\n", "\r\n")
TWO = "services:\n  web:\n    build: ./web\n    init: true\n  worker:\n    build: ./worker\n    init: true\n"
SHARED = (
    "x-a: &a\n  build: .\n  init: true\nservices:\n  web:\n    restart: always\n    <<: *a\n    tty: true\n"
    "  worker:\n    <<: *a\n    restart: always\n"
)
TWO_NAMES = {"image_names": {"web": "web", "worker": "worker"}}
EMPTIED = "x-a: &a\n  build: ./web\nservices:\n  web:\n    <<: *a\n    image: x\n"
COMPLETE = ("ci.core.pin.variables.Variables.is_complete",)
ENV_ALONE = service("restart: always\nimage: old:1\nenv_file: .env.app\ninit: true")
ENV_MAPPING = service("image: old:1\nenvironment:\n  MODE: own\n  A: b\nenv_file: .env.app\ninit: true")
ENV_LIST = service("image: old:1\nenvironment:\n- A=b\nenv_file: .env.app")
ENV_SHARED = (
    "x-e: &e\n  A: b\nservices:\n  web:\n    image: x\n    environment: *e\n    env_file: .env.app\n"
    "  db:\n    image: y\n    environment: *e\n"
)
ENV_MERGED = (
    "x-a: &a\n  image: x\n  environment:\n    A: b\nservices:\n  web:\n    <<: *a\n    env_file: .env.app\n"
    "  db:\n    <<: *a\n"
)
SIDECARS = service(
    "build: .\nx-omnistrate-capabilities:\n  sidecars:\n    helper:\n      imageNameWithTag: old:1\n    foreign:\n"
    "      imageNameWithTag: foreign:1"
)
HELPER = {"sidecars": {"helper": "web"}, "image_names": {"web": "web"}}
ALIASES = "x-i: &i old:1\nservices:\n  web:\n    build: .\n    image: *i\n  db:\n    image: x\n    hostname: *i\n"
ANCHOR_IN_BUILD = service("build:\n  context: &c ./web", more="configs:\n  a:\n    content: *c\n")

RULES = {
    # Comments and lines
    "comments above are of the key": Rule("ci.core.pin.comments.belongs_above", returns(value=False), COMMENTS),
    "a blank line ends the comments above": Rule(
        "ci.core.pin.comments.belongs_above",
        lambda _: lambda line, _indent: not line.strip() or comments.is_comment(line),
        COMMENTS,
    ),
    "comments above are in the key's column": Rule(
        "ci.core.pin.comments.belongs_above",
        lambda _: lambda line, _indent: comments.is_comment(line),
        service("restart: always\n  # of restart\nbuild: .\ninit: true"),
    ),
    "a key commented out is not of the key below": Rule(
        "ci.core.pin.comments.is_commented_out", returns(value=False), COMMENTED_OUT
    ),
    "a sentence is not a key commented out": Rule(
        "ci.core.pin.comments.is_commented_out", returns(value=True), COMMENTS
    ),
    "deeper comments below are of the key": Rule("ci.core.pin.comments.belongs_below", returns(value=False), COMMENTS),
    "comments below in the key's column stay": Rule(
        "ci.core.pin.comments.belongs_below", lambda _: lambda line, _indent: comments.is_comment(line), COMMENTS
    ),
    "the comments above end at the key before": Rule(
        "ci.core.pin.cut.start_of_comments_above",
        lambda rule: lambda source, line, indent, _limit: source.line_start(rule(source, line, indent, 0) - 1),
        COMMENTS,
    ),
    "whole lines are removed": Rule(
        "ci.core.pin.cut._cut_lines",
        lambda _: lambda _document, pair, start, replacement: Edit(start, pair.end, replacement),
        COMMENTS,
    ),
    "a new line is written in place of the removed ones": Rule(
        "ci.core.pin.cut._cut_lines",
        lambda rule: (
            lambda *arguments: rule(*arguments)._replace(new=rule(*arguments).new and "\n" + rule(*arguments).new)
        ),
        TWO,
    ),
    "a question mark is of its key": Rule(
        "ci.core.pin.cut._start",
        lambda _: lambda _document, pair: pair.key.start,
        service("image: x\n? build\n: .\ninit: true"),
    ),
    "of a mapping in a list the first key is removed up to the next": Rule(
        "ci.core.pin.cut._cut_within_line",
        lambda _: lambda _document, pair, start, _replacement: Edit(start, pair.end, ""),
        "x-a: &a\n- build: .\n  image: x\nservices:\n  web:\n    <<: *a\n",
    ),
    "a file without a newline at its end stays so": Rule(
        "ci.core.pin.edits._keep_missing_break",
        lambda _: lambda _document, result, _removed, _replaced: result,
        service("image: x\nbuild: .").rstrip(),
    ),
    "new lines end as the file's lines do": Rule(
        "ci.core.pin.insert.break_at_end", lambda rule: lambda text: rule(text) and "\n", WINDOWS
    ),
    "lines of a new environment end as the file's lines do": Rule(
        "ci.core.pin.environment_text.mapping_text",
        lambda rule: lambda *arguments: rule(*arguments).replace("\r\n", "\n"),
        ENV_ALONE.replace("\n", "\r\n"),
    ),
    # Flow style
    "one comma goes with a key": Rule(
        "ci.core.pin.cut_flow.end_of_comma", returns(0), "services:\n  web: {build: ., image: x}\n"
    ),
    "the comma before goes with the last key": Rule(
        "ci.core.pin.cut_flow._cut_comma_before",
        lambda _: lambda _text, _before, _start, edit, **_options: [edit],
        "services:\n  web: {image: x, build: .}\n",
    ),
    "a comma in a comment is none": Rule(
        "ci.core.pin.cut_flow.end_of_comma",
        lambda _: lambda text, start, end: text.find(",", start, end) + 1,
        "services:\n  web: {\n    build: . # one, two\n    , image: x }\n",
    ),
    "comments above stay in another column": Rule(
        "ci.core.pin.cut_flow.start_of_comments_above",
        lambda _: lambda source, line, _indent, _limit: source.line_start(line - 1),
        "services:\n  web: {\n    image: x,\n      # of image\n    build: .,\n    init: true\n  }\n",
    ),
    "what is new stands behind a comma": Rule(
        "ci.core.pin.insert._add_to_flow",
        lambda _: lambda _document, node, new: Edit(node.end - 1, node.end - 1, f" {new}"),
        service("image: x\nenvironment: {A: b}\nenv_file: .env.app"),
    ),
    # Values
    "a replaced value keeps its quotes": Rule(
        "ci.core.pin.replace.in_style_of", lambda _: lambda _node, value: value, service("build: .\nimage: 'x'")
    ),
    "a replaced value keeps its tag": Rule(
        "ci.core.pin.replace.properties_of", returns(""), service("build: .\nimage: !!str x")
    ),
    "an anchor stays with a replaced value that has it alone": Rule(
        "ci.core.pin.replace.without_anchor",
        lambda _: lambda properties: properties,
        "services:\n  web:\n    build: .\n    image: &i x\n  db:\n    image: y\n    hostname: *i\n",
    ),
    "a value that another needs moves to its alias": Rule(
        "ci.core.pin.scalars.moved_text",
        lambda _: lambda _document, _node, alias: f"*{alias.name}",
        "services:\n  web:\n    build: .\n    image: &i x\n  db:\n    image: y\n    hostname: *i\n",
    ),
    "an alias is replaced, not what others need of its anchor": Rule(
        "ci.core.pin.scalars._is_own_image", returns(value=True), ALIASES.replace("    hostname: *i\n", "")
    ),
    "aliases that remain are known": Rule(
        "ci.core.pin.pin.remaining_aliases",
        returns({}),
        "services:\n  web:\n    build: .\n    image: &i x\n  db:\n    image: y\n    hostname: *i\n",
    ),
    "an anchor in a removed key moves to its first alias": Rule(
        "ci.core.pin.pin.move_anchors", returns([]), ANCHOR_IN_BUILD
    ),
    "an anchor moves with its name": Rule(
        "ci.core.pin.anchors.moved_text",
        lambda rule: lambda *arguments: rule(*arguments).partition(" ")[2],
        ANCHOR_IN_BUILD.replace("*c\n", "*c\n  b:\n    content: *c\n"),
    ),
    "an anchor moves with its value": Rule(
        "ci.core.pin.anchors.moved_text", lambda rule: lambda *arguments: rule(*arguments) + "er", ANCHOR_IN_BUILD
    ),
    "an emptied mapping is written as braces": Rule("ci.core.pin.pin.fill_emptied", returns([]), EMPTIED),
    # Which services
    "each service gets the reference of its own image": Rule(
        "ci.core.pin.pin.pin_images",
        lambda rule: (
            lambda compose, references: rule(compose, dict(zip(references, reversed(references.values()), strict=True)))
        ),
        TWO,
    ),
    "each built service is pinned": Rule(
        "ci.core.pin.pin.pin_images",
        lambda rule: lambda compose, references: rule(compose, dict([*references.items()][:-1])),
        TWO.replace("    build: ./worker\n", "    build: ./worker\n    image: x\n"),
    ),
    "a build is removed": Rule(
        "ci.core.pin.images.Removal",
        lambda rule: lambda pair, text="": rule(pair, text or "build: ."),
        service("build: .\nimage: x"),
    ),
    "a service that inherits a wrong image gets its own": Rule(
        "ci.core.pin.images._Plan.insert_own", returns([]), SHARED, TWO_NAMES
    ),
    "an own image stands behind the merge": Rule(
        "ci.core.pin.images.last_merge",
        lambda rule: lambda node: rule(node)._replace(key=node.items[0][0], raw=node.items[0][1]),
        SHARED,
        TWO_NAMES,
    ),
    "a new key has the indentation of its neighbours": Rule(
        "ci.core.pin.insert._indent_after", lambda rule: lambda *arguments: rule(*arguments) + 1, SHARED, TWO_NAMES
    ),
    "an own sidecar is pinned": Rule("ci.core.pin.pin.own_sidecars", returns(()), SIDECARS, HELPER),
    "a foreign sidecar is not pinned": Rule(
        "ci.core.pin.pin.own_sidecars",
        lambda rule: (
            lambda compose, targets: [
                (one, name, pair) for one, name, _ in rule(compose, targets) for pair in sidecar_images(one).values()
            ]
        ),
        SIDECARS,
        HELPER,
    ),
    # Environment
    "env_file is removed": Rule("ci.core.pin.environment._Placement.removals", returns(()), ENV_MAPPING),
    "entries of env files are added": Rule(
        "ci.core.pin.variables.Variables.missing", returns({}), ENV_ALONE, checks=COMPLETE
    ),
    "an entry of an env file is written with its own value": Rule(
        "ci.core.pin.environment.lines_text",
        lambda rule: lambda entries, **options: rule(dict.fromkeys(entries, "x"), **options),
        ENV_ALONE,
    ),
    "an entry is written where only those read it who need it": Rule(
        "ci.core.pin.environment._Placement._suits_readers", returns(value=True), ENV_SHARED, checks=COMPLETE
    ),
    "a value is written in quotes": Rule(
        "ci.core.pin.environment_text.quoted", lambda _: lambda value: value, ENV_ALONE
    ),
    "a name that could be a boolean is written in quotes": Rule(
        "ci.core.pin.environment_text.key", lambda _: lambda name: name, service("image: x\nenv_file: .env.odd")
    ),
    "an item of a list is NAME=value": Rule(
        "ci.core.pin.environment.items_text",
        lambda _: lambda _node, entries: [f'{name}: "{value}"' for name, value in entries.items()],
        ENV_LIST,
    ),
    "an own environment has what was inherited": Rule("ci.core.pin.environment.copied_lines", returns({}), ENV_MERGED),
    "an alias of an environment becomes a merge of it": Rule(
        "ci.core.pin.environment.mapping_text",
        lambda rule: lambda document, pair, lines: rule(document, pair, [line for line in lines if "<<" not in line]),
        ENV_SHARED,
    ),
    "new variables stand deeper than their key": Rule("ci.core.pin.environment_text.INDENT", lambda _: -2, ENV_ALONE),
}
