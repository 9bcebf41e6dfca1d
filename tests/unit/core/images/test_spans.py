"""What a builder did with an image, and when."""

from ci.core.images.spans import ImageSpan, SpanKind, spans_of

WAITING, BUILDING, PUSHING = SpanKind


def test_each_part_lasts_until_the_next_begins() -> None:
    marks = [(WAITING, 0.0), (BUILDING, 2.0), (WAITING, 5.0), (PUSHING, 6.5)]
    assert spans_of(marks, 7.0) == (
        ImageSpan(WAITING, 0.0, 2.0),
        ImageSpan(BUILDING, 2.0, 3.0),
        ImageSpan(WAITING, 5.0, 1.5),
        ImageSpan(PUSHING, 6.5, 0.5),
    )


def test_a_part_that_took_no_time_is_none() -> None:
    assert spans_of([(WAITING, 0.0), (BUILDING, 0.0)], 1.0) == (ImageSpan(BUILDING, 0.0, 1.0),)
    assert spans_of([], 1.0) == ()


def test_a_push_that_no_mark_names_is_the_end_of_the_last_part() -> None:
    assert spans_of([(BUILDING, 1.0)], 5.0, 1.5) == (ImageSpan(BUILDING, 1.0, 2.5), ImageSpan(PUSHING, 3.5, 1.5))
    assert spans_of([(BUILDING, 1.0)], 5.0, 9.0) == (ImageSpan(PUSHING, 1.0, 4.0),)
    assert spans_of([(BUILDING, 1.0), (PUSHING, 4.0)], 5.0, 3.0)[-1] == ImageSpan(PUSHING, 4.0, 1.0)


def test_a_part_may_be_told_from_an_earlier_start() -> None:
    assert ImageSpan(BUILDING, 1.0, 2.0).later(0.5) == ImageSpan(BUILDING, 1.5, 2.0)
