"""A `build` in each style, put into the services of other files: the result is known byte for byte.

The files are the golden cases, the reference product's, and those of the corpus where it is beside the repository.
A service that is not built, or one that is put in, gets a `build`, and the pinned file must be that of the file without
it, with the reference in place of the service's image, or of the `build` where there is no image.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml
from golden.goldens import ENV_FILES, GIT_SHA, HERE, SHOP, read
from golden.test_corpus import CORPUS
from hypothesis import given, note
from hypothesis import strategies as st
from properties.meaning import compose
from properties.yaml_styles import Writer

from ci.core.compose.parse import parse
from ci.core.product.source import Source
from ci.core.release.pinned import pinned_compose
from ci.errors import ConfigurationError

ROOT = Path(__file__).parents[2]
REFERENCE = f"registry.example/o/shop-new:sha-{GIT_SHA}"
FOLDER = "./new-folder"


class Place(NamedTuple):
    """A service that is not built: the file, its name, and the line of its `image`, counted from 0."""

    text: str
    service: str
    line: int
    indent: str


@cache
def pin(text: str) -> str:
    """The pinned text, each image named after its service, so that no name depends on another service."""
    names = {
        one.name: one.name if one.name != "new" else "" for one in parse(text, "compose.yaml").services if one.build
    }
    names |= {
        one.name: "new" for one in parse(text, "compose.yaml").services if one.build and one.build.context == FOLDER
    }
    texts = {SHOP.compose_file: text, ".omnistrate.env": "A=b\n", **ENV_FILES}
    settings = replace(SHOP, image_names=names, env_secrets={"DB_PASSWORD": "dbPassword"})
    return pinned_compose(Source(frozenset(texts), texts), settings, GIT_SHA).text


def places(text: str) -> Iterator[Place]:
    """The services of a text that can be given a `build` by lines alone."""
    lines = text.splitlines(keepends=True)
    if "extends" in text or "$file:" in text or "\x85" in text or "\u2028" in text:
        return
    try:
        pinned = pin(text)
        root = compose(text)
    except (ConfigurationError, yaml.YAMLError):
        return
    for name, service in next(value for key, value in root.value if key.value == "services").value:
        if not isinstance(service, yaml.MappingNode) or service.flow_style or "&" in lines[name.start_mark.line]:
            continue
        keys = {key.value: (key, value) for key, value in service.value}
        if "image" not in keys or "build" in keys or name.start_mark.line >= service.start_mark.line:
            continue
        key, value = keys["image"]
        line = key.start_mark.line
        begin = lines[line][: lines[line].index("image")].lstrip("\ufeff")
        following = next((one for one in lines[line + 1 :] if one.strip()), "")
        is_plain = lines[line].strip() == f"image: {value.value}"
        is_plain &= text.count(value.value.partition(":")[0].rpartition("/")[2]) == 1  # nothing else runs its image
        is_alone = not lines[line - 1].startswith(f"{begin}#") and not following.startswith((f"{begin} ", f"{begin}\t"))
        is_plain &= pinned.count(lines[line]) == 1
        if is_plain and not begin.strip() and is_alone:
            yield Place(text, name.value, line, begin)


def with_a_service(text: str) -> str:
    """The text with one more service as the first, if its `services` are on lines of their own."""
    found = re.search(
        r"^services:[^\S\r\n]*(\r\n|\n|\r)((?:[^\S\r\n]*(?:#.*)?(?:\r\n|\n|\r))*)( +)[^ #]", text, re.MULTILINE
    )
    if not found:
        return text
    newline, indent = found[1], found[3]
    lines = (f"{indent}new-one:", f"{indent}    image: another:1", f"{indent}    tty: true")
    return text[: found.end(1)] + "".join(line + newline for line in lines) + text[found.end(1) :]


FILES = [*sorted((HERE / "cases").glob("*.yaml")), ROOT / "docker-compose.yaml", *sorted(CORPUS.glob("*.yaml"))]
TEXTS = [read(path) for path in FILES]
PLACES = [place for text in TEXTS for one in (text, with_a_service(text)) for place in places(one)]


def test_there_are_places_in_many_files() -> None:
    assert len({place.text for place in PLACES}) >= 50


@given(st.data())
def test_a_build_put_into_a_file_gives_that_file_with_the_reference(data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(PLACES))
    lines = place.text.splitlines(keepends=True)
    image = lines[place.line]
    newline = image[len(image.rstrip("\r\n")) :] or "\n"
    writer = Writer(data.draw)
    build = writer.build(place.indent, FOLDER)
    blank = next(at for at, line in enumerate(reversed(build)) if line)
    added = "".join(line + newline for line in build)
    has_image = data.draw(st.booleans())
    others = lines[: place.line], lines[place.line + 1 :]
    text = "".join([*others[0], image if has_image else "", added, *others[1]])
    pinned = f"{place.indent}image: {REFERENCE}{newline}{newline * blank}"
    note(text)
    assert pin(text) == pin(place.text).replace(image, pinned)
