"""Turns a document into plain text: HTML, Markdown, or text as it is."""

from typing import Any

from bs4 import BeautifulSoup, UnicodeDammit
from markdown_it import MarkdownIt

from jobs.base import Message, Step, Store

UNSEEN = ["script", "style", "template", "noscript"]
BLOCKS = [
    "address",
    "blockquote",
    "br",
    "dd",
    "div",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "p",
    "pre",
    "td",
    "tr",
]


def parse(message: Message, store: Store) -> dict[str, Any]:
    raw = store.get(message.data["file"])
    text = UnicodeDammit(raw, ["utf-8"]).unicode_markup
    if text is None:
        raise ValueError(f"{message.data['file']} is no text")
    text = text.replace("\x00", "")  # PostgreSQL's text can't hold it
    title = message.data.get("name", "")
    media_type = message.data["media_type"]
    if media_type == "text/markdown":
        text, media_type = MarkdownIt().render(text), "text/html"
    if media_type == "text/html":
        title, text = read_html(text, title)
    return {"text_file": store.put_text(text), "title": title, "characters": len(text)}


def read_html(html: str, default_title: str) -> tuple[str, str]:
    page = BeautifulSoup(html, "html.parser")
    for unseen in page(UNSEEN):
        unseen.decompose()
    heading = page.title or page.h1
    title = heading.get_text(" ", strip=True) if heading else default_title
    body = page.body or page
    for block in body(BLOCKS):  # a line of its own; marked inside: beside is slow with many siblings
        block.insert(0, "\n")
        block.append("\n")
    lines = (" ".join(line.split()) for line in body.get_text().splitlines())
    return title, "\n".join(filter(None, lines))


STEP = Step(
    name="parser",
    work=parse,
    then="classifier",
    sample=lambda store: {"file": store.put(b"# Report\n\nAll *well*.", ".md"), "media_type": "text/markdown"},
    expected={"title": "Report", "characters": 16},
)
