"""Generated compose files with services of other files: each is written into one file and proven, or refused.

Compose's own loader reads the same from some of them in `tests/integration/test_flat_loader.py`.
"""

from flat_cases import CASES
from flat_files import damaged, generated
from hypothesis import given
from hypothesis import strategies as st

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


@given(files=st.sampled_from(sorted(CASES)).flatmap(lambda name: damaged(CASES[name])))
def test_damaged_files_are_written_into_one_or_refused_with_what_to_do(files: dict[str, str]) -> None:
    try:
        flatten(files, "compose.yaml", lambda *_: {})
    except ConfigurationError as error:
        assert "report" not in str(error)  # noqa: PT017 - whatever is wrong with the files is not the edit's fault
