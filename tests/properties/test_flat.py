"""Generated compose files with services of other files: each is written into one file and proven, or refused.

Compose's own loader reads the same from some of them in `tests/integration/test_flat_loader.py`.
"""

from flat_files import generated
from hypothesis import given

from ci.core.flatten.flatten import flatten
from ci.errors import ConfigurationError

REFUSED = ("has another form than the value", "A port replaces a part of a range")
"""What compose refuses too, and what can't be said without the range."""


@given(files=generated())
def test_a_service_of_another_file_is_written_into_the_file_and_proven(files: dict[str, str]) -> None:
    refused, flat = "", None
    try:
        flat = flatten(files, "compose.yaml", lambda *_: {})
    except ConfigurationError as error:
        refused = str(error)
    if flat is None:
        assert any(reason in refused for reason in REFUSED), refused
        return
    assert "base.yaml\n" not in flat.text.replace("of base.yaml", "").replace("of common/base.yaml", "")
    assert len(flat.origins) == len(flat.text.split("\n"))
