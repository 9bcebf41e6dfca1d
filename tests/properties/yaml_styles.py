"""Keys and values of a compose file, each in one of the many styles in which YAML lets it be written."""

from collections.abc import Callable
from json import dumps
from typing import Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
_WORDS = ("on", "012", "1.10", "~", "0x1f", "12:30:45", "a b", "日本", "-", "a#b", "{{ $sys.id }}")
_INDICATORS = frozenset(",[]{}:")


class Draw(Protocol):
    """Draws a value of a strategy."""

    def __call__(self, strategy: st.SearchStrategy[T]) -> T: ...


class Writer:
    """Writes lines in drawn styles; `anchors` has the names of the anchors written so far, by what they stand for."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._count = 0
        self.anchors: dict[str, list[str]] = {
            kind: [] for kind in ("image", "build", "service", "environment", "part", "base")
        }

    def pick(self, *options: T) -> T:
        """One of some options."""
        return self._draw(st.sampled_from(options))

    def one_in(self, count: int) -> bool:
        """True in one of so many cases."""
        return self._draw(st.integers(1, count)) == 1

    def permuted(self, items: list[T]) -> list[T]:
        """The items in any order."""
        return list(self._draw(st.permutations(items)))

    def anchor(self) -> str:
        """The name of a new anchor."""
        self._count += 1
        return f"{self.pick('a', 'A-', 'x_')}{self._count}"

    def comment(self) -> str:
        """What may stand behind a value on its line."""
        return self.pick("", "", "", "", " # note", "  ", "\t# image: x", "\t", " #")

    def between(self, indent: str) -> list[str]:
        """Lines that may stand before a key."""
        return self.pick(
            *[[]] * 12, [""], [f"{indent}# of it"], [f"{indent}# one", f"{indent}#two"], [f"{indent}  # deeper"],
            ["# left", ""], [f"{indent}# image: out", f"{indent}# - out"], [f"{indent}# of it", "", f"{indent}# x"],
            ["  "],
        )  # fmt: skip

    def _properties(self, kind: str) -> tuple[str, Callable[[], None]]:
        """An anchor or a tag with a space behind it; to call when the value is written, so that aliases may be."""
        if not self.one_in(3):
            return self.pick("", "", "", "!!str "), lambda: None
        name = self.anchor()
        text = self.pick(f"&{name} ", f"&{name} ", f"&{name} !!str ", f"!!str &{name} ", f"&{name}  ")
        return text, lambda: self.anchors[kind].append(name)

    def block(self, indent: str, key: str, value: str, kind: str) -> list[str]:
        """A pair in a block mapping whose value is a string, or an alias of one."""
        key = self.pick(*[key] * 6, f'"{key}"', f"'{key}'")
        if self.anchors[kind] and self.one_in(3):
            return [f"{indent}{key}: *{self.pick(*self.anchors[kind])}{self.comment()}"]
        properties, written = self._properties(kind)
        deeper = indent + self.pick("  ", "    ", " ")
        quoted = self.pick(value, value, dumps(value, ensure_ascii=False), f"'{value}'")
        lines = self.pick(
            *[[f"{indent}{key}:{self.pick(' ', '  ', ' ', chr(9))}{properties}{quoted}{self.comment()}"]] * 8,
            [f"{indent}{key}:{self.comment()}", f"{deeper}{properties}{quoted}"],
            [f"{indent}{key}: {properties}{self.pick('>-', '|-', '>', '|', '|+')}", f"{deeper}{value}"],
            [f"{indent}{key}: {properties}".rstrip(), f"{deeper}{quoted}"],
            [f"{indent}? {key}", f"{indent}: {properties}{quoted}"],
            [f'{indent}{key}: {properties}"{value[:2]}\\', f'{deeper}{value[2:]}"'],
            [f"{indent}{key}:{self.comment()}"],
        )
        if lines != [f"{indent}{key}:"] and properties.strip() and properties.strip() in "".join(lines):
            written()
        return lines

    def build(self, indent: str, folder: str, key: str = "build") -> list[str]:
        """A `build` in one of its styles, with the comments that belong to it."""
        if self.anchors["build"] and self.one_in(4):
            return [f"{indent}{key}: *{self.pick(*self.anchors['build'])}{self.comment()}"]
        before = self.pick([], [], [f"{indent}# of the build"], [f"{indent}#one", f"{indent}# two"])
        name = self.anchor() if self.one_in(3) else ""
        anchor = f"&{name} " if name else ""
        part = self.anchor() if self.one_in(3) else ""
        inner = f"&{part} " if part else ""
        written = self.pick(key, key, key, f'"{key}"', f"'{key}'")
        styles = self.build_styles(indent, written, folder, anchor, inner)
        lines = self.pick(*styles)
        text = "\n".join(lines)
        if name and f"&{name} " in f"{text} ".replace("\n", " "):
            self.anchors["build"].append(name)
        if part and f"&{part} " in f"{text} ".replace("\n", " "):
            self.anchors["part"].append(part)
        return [*before, *lines]

    def build_styles(self, indent: str, key: str, folder: str, anchor: str = "", inner: str = "") -> list[list[str]]:
        """A `build` of a folder in every style; `anchor` is before its value, `inner` before one inside of it."""
        deeper = indent + self.pick("  ", "    ")
        return [
            [f"{indent}{key}: {anchor}{folder}"],
            [f'{indent}{key}: {anchor}"{folder}" # beside'],
            [f"{indent}{key}:\t'{folder}'\t"],
            [f"{indent}{key}: {anchor}{{context: {folder}}}"],
            [f"{indent}{key}:   {{ context: {inner}{folder}, args: {{A: 'b'}} }}  # beside"],
            [f"{indent}{key}: {anchor}".rstrip(), f"{deeper}context: {folder}"],
            [f"{indent}{key}: # why", f"{deeper}context: {folder}", "", f"{deeper}# inside", ""],
            [f"{indent}{key}: {anchor}".rstrip(), f"{deeper}context: {inner}{folder} # here", f"{deeper}  # deep"],
            [f"{indent}{key}:", f"{deeper}context: {folder}", f"{deeper}args: {inner}".rstrip(), f"{deeper}- A=b"],
            [f"{indent}{key}:", f"{deeper}args: {inner}{{A: b}}", f'{deeper}"context": {folder}'],
            [f"{indent}{key}: {{", f"{deeper}context: {folder}, # c", f"{indent} }}"],
            [f"{indent}{key}:", f"{deeper}{anchor}{folder}"],
            [f"{indent}? {key}", f"{indent}: {folder}"],
            [f"{indent}? {key} # why", f"{indent}: {anchor}".rstrip(), f"{deeper}context: {folder}"],
            [f"{indent}{key}: >-", f"{deeper}{folder}", ""],
            [f"{indent}{key}:", f"{deeper}labels:", f"{deeper}  a: |", "", f"{deeper}    # text",
             f"{deeper}context: |-", f"{deeper}  {folder}"],
            [f"{indent}{key}: !!map", f"{deeper}? context", f"{deeper}: {folder}"],
        ]  # fmt: skip

    def bases(self) -> str:
        """The value of a merge."""
        known = ["*base", *(f"*{name}" for name in self.anchors["base"])]
        one = self.pick(*known)
        return self.pick(one, one, f"[{one}]", f"[*base, {one}]", f"[{one}, *more]", "{tty: true}")

    def extends(self, indent: str, names: list[str]) -> list[str]:
        """An `extends` of one of some services."""
        name = self.pick(*names)
        return self.pick([f"{indent}extends: {name}"], [f"{indent}extends:", f"{indent}  service: '{name}'"])

    def environment(self, indent: str) -> list[str]:
        """An `environment`."""
        if self.anchors["environment"] and not self.one_in(3):
            alias = self.pick(*self.anchors["environment"])
            return self.pick(
                [f"{indent}environment: *{alias}"],
                [f"{indent}environment:", f"{indent}  <<: *{alias}", f"{indent}  LEVEL: debug"],
            )
        name = self.anchor()
        lines = self.pick(
            [f"{indent}environment:", f"{indent}  MODE: own", f"{indent}  LEVEL: 'x'"],
            [f"{indent}environment: &{name}", f"{indent}  MODE: own # mine"],
            [f"{indent}environment: {{MODE: own, EMPTY: }}"],
            [f"{indent}environment:", f"{indent}- MODE=own", f'{indent}- "LEVEL=a b"'],
            [f"{indent}environment: [MODE=own]"],
        )
        if "&" in lines[0]:
            self.anchors["environment"].append(name)
        return lines

    def env_file(self, indent: str) -> list[str]:
        """An `env_file`."""
        return self.pick(
            [f"{indent}env_file: a.env"],
            [f"{indent}env_file: ['a.env', b.env] # both"],
            [f"{indent}# of it", f"{indent}env_file:", f"{indent}- b.env", f"{indent}- a.env"],
            [f"{indent}env_file:", f"{indent}  - path: ./b.env", f"{indent}    required: true"],
        )

    def other(self, indent: str) -> list[str]:
        """A key that the pin must not change."""
        self._count += 1
        key = f"x-k{self._count}"
        word = self.pick(*_WORDS)
        alias = self._alias()
        return self.pick(
            [f"{indent}{key}: {word if word not in {'-', '{{ $sys.id }}'} else repr(word)}{self.comment()}"],
            [f'{indent}{key}: "{word}" # build: .'],
            [f"{indent}{key}: |", f"{indent}  build: .", "", f"{indent}  # image: x", f"{indent}  {word}"],
            [f"{indent}{key}: >-", f"{indent}    image: x", f"{indent}    y", ""],
            [f"{indent}{key}:", f"{indent}- build: .", f"{indent}- {{image: x, build: [a, 'b']}}"],
            [f"{indent}{key}:", f"{indent}  build:", f"{indent}    context: . # no build of a service"],
            [f'{indent}{key}: {{"build": ".", image: \'x\', b: {alias} }}'],
            [f"{indent}? {key}", f"{indent}: !!str {self._count}"],
            [f"{indent}{key}: {alias}"],
            [f"{indent}{key}:", f"{indent}- {alias}{self.comment()}", f"{indent}- a: {alias}"],
            [f"{indent}{key}: [1, {alias} , 2]"],
            [f"{indent}{key}:"],
            [f"{indent}{key}: 'two", "", f"{indent}  # lines'"],
            [f"{indent}{key}: two", f"{indent}  plain", f"{indent}  lines # end"],
            [f"{indent}{key}:", f"{indent}  ? {alias}", f"{indent}  : {word!r}"],
        )

    def uses(self) -> list[str]:
        """Keys at the end of a file that use anchors again."""
        return [
            line
            for number in range(self.pick(0, 0, 1, 2))
            for line in self.pick(
                [f"x-u{number}: {self._alias()}{self.comment()}"],
                [f"x-u{number}: [{self._alias()} , {{a: {self._alias()} }}]"],
                [f"x-u{number}:", f"  a: {self._alias()}", "  b: # c", f"    {self._alias()}"],
                [f"x-u{number}:", f"- {self._alias()}", f"- - {self._alias()}"],
            )
        ]

    def _alias(self) -> str:
        return "*" + self.pick("word", "list", *(name for names in self.anchors.values() for name in names))

    def flow_pair(self, key: str, value: str) -> str:
        """A pair of a flow mapping."""
        key = key if key == "<<" else self.pick(key, key, f'"{key}"')
        return f"{key}:{self.pick(' ', ' ', '  ')}{value}"

    def flow_scalar(self, value: str, kind: str) -> str:
        """A string, or an alias of one, within a flow collection."""
        if self.anchors[kind] and self.one_in(3):
            return f"*{self.pick(*self.anchors[kind])} "
        properties, written = self._properties(kind)
        written()
        plain = [value] if not _INDICATORS & {*value} else []
        return properties + self.pick(*plain, dumps(value, ensure_ascii=False), f"'{value}'")

    def flow_build(self, folder: str) -> str:
        """A `build` within a flow collection."""
        return self.pick(folder, f"'{folder}'", f"{{context: {folder}}}", f'{{"context": "{folder}", args: [A=b]}}')

    def flow(self, pairs: list[str]) -> str:
        """A flow mapping, on one line or over several."""
        note = self.pick("", "", " # note")
        return self.pick(
            f"{{{', '.join(pairs)}}}",
            f"{{ {' , '.join(pairs)}, }}",
            "{\n      " + f",{note}\n      ".join(pairs) + f"{note}\n    }}",
            "{" + ",\n     # above\n     ".join(pairs) + "}",
            "{\n      " + "\n    , ".join(pairs) + "\n    }",
            "{\n      " + ",\n\n      ".join(pairs) + ",\n    }",
        )
