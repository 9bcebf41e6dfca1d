"""A commit message of any length and with any quotation marks is read, and in little time."""

import time

import pytest

from ci.core.event.message import has_keyword, own_text


@pytest.mark.parametrize("mark", ['"', "'", "`", "“", "„", "«", "‘", "``", ' "', "\n\n", "> "])  # noqa: RUF001 - quotation marks
def test_a_message_of_many_quotation_marks_is_read_in_less_than_a_second(mark: str) -> None:
    start = time.process_time()
    own_text(f"feat: a cart\n\n{mark * 200_000}")
    assert time.process_time() - start < 1


def test_a_keyword_after_the_part_that_is_read_is_not_seen() -> None:
    assert has_keyword(own_text("x " * 5000 + "build(full)"), "build(full)")
    assert not has_keyword(own_text("x " * 40_000 + "build(full)"), "build(full)")
