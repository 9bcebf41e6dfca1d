"""The report's page in a real browser: on a phone and a wide screen, in light and dark, and with a keyboard."""

import html
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from chromium import chromium
from page_reports import documents

from ci.core.page.page import page

pytestmark = pytest.mark.integration
WIDTHS = (360, 1440)
MEASURE = """
function luminance(colour) {
  const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function background(element, view) {
  for (let one = element; one; one = one.parentElement) {
    const colour = view.getComputedStyle(one).backgroundColor;
    if (!/, 0\\)$/.test(colour)) return colour;
  }
  return "rgb(255, 255, 255)";
}
function measured(frame) {
  const view = frame.contentWindow, page = frame.contentDocument, root = page.documentElement;
  const low = [], unreachable = [], invisible = [];
  for (const one of page.querySelectorAll("body *")) {
    const style = view.getComputedStyle(one);
    const text = [...one.childNodes].some(n => n.nodeType == 3 && n.data.trim());
    if (text && !one.closest("title, style")) {
      const ink = luminance(one.closest("svg") ? style.fill : style.color), paper = luminance(background(one, view));
      const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
      if (ratio < 4.5) low.push(one.outerHTML.slice(0, 80) + " " + ratio.toFixed(2));
    }
    const scrolls = /auto|scroll/.test(style.overflowX + style.overflowY)
      && (one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight);
    if (scrolls && one.tabIndex < 0) unreachable.push(one.outerHTML.slice(0, 80));
    if (one.tabIndex >= 0 && !one.closest("svg")) {
      one.focus();
      if (page.activeElement !== one || view.getComputedStyle(one).outlineStyle == "none")
        invisible.push(one.outerHTML.slice(0, 80));
    }
  }
  return {width: root.clientWidth, overflow: root.scrollWidth - root.clientWidth, low, unreachable, invisible,
    dark: view.matchMedia("(prefers-color-scheme: dark)").matches, headings: page.querySelectorAll("h1").length};
}
addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map(measured);
  document.querySelector("pre").textContent = JSON.stringify(found);
});
"""


@cache
def measured(scheme: str) -> Mapping[tuple[str, int], dict[str, Any]]:  # Any: JSON
    """What the browser measures of each page in each width."""
    cases = [(name, width) for name in documents() for width in WIDTHS]
    frames = "".join(
        f'<iframe srcdoc="{html.escape(page(documents()[name]))}" style="border:0;width:{width}px"></iframe>'
        for name, width in cases
    )
    with TemporaryDirectory() as folder:
        file = Path(folder, "pages.html")
        file.write_text(f'<meta charset="utf-8"><pre></pre>{frames}<script>{MEASURE}</script>', encoding="utf-8")
        flags = ["--force-dark-mode"] if scheme == "dark" else []
        done = chromium(*flags, "--window-size=1600,1000", "--dump-dom", file.as_uri())
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
    match = re.search("<pre>(.*?)</pre>", done.stdout, re.DOTALL)
    assert match
    return dict(zip(cases, json.loads(html.unescape(match[1])), strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", documents())
def test_a_page_is_readable(name: str, width: int, scheme: str) -> None:
    found = measured(scheme)[name, width]
    assert (found["width"], found["dark"], found["headings"]) == (width, scheme == "dark", 1)
    assert found["overflow"] == 0
    assert found["low"] == [], "contrast below 4.5, as WCAG 2.2 asks for text"
    assert found["unreachable"] == [], "what scrolls must be reached by the keyboard"
    assert found["invisible"] == [], "what has the focus must be seen to have it"
