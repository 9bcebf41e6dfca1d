"""The picture of a product, as a complete document."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pictures import FILE, SHOP

from ci.core.picture.picture import picture
from ci.core.product.source import Source
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError

GOLDEN = Path(__file__).parents[3] / "golden" / "picture.svg"


def source(text: str = SHOP) -> Source:
    return Source(frozenset({FILE}), {FILE: text})


def test_the_picture_is_that_of_the_golden() -> None:
    settings = Settings(queues={"mails": "web, worker > mailer", "jobs": "web > worker"})
    assert picture(source(), settings) == GOLDEN.read_text()


def test_the_picture_is_valid_xml_and_shows_every_service_once() -> None:
    root = ET.fromstring(picture(source(), Settings()))  # noqa: S314 - our own text
    texts = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert [texts.count(name) for name in ("web", "init", "worker", "mailer", "db", "graph")] == [1] * 6
    assert "shop & co" in texts


def test_a_missing_compose_file_is_a_problem() -> None:
    with pytest.raises(ConfigurationError, match="Missing: the compose file"):
        picture(Source(frozenset(), {}), Settings())
