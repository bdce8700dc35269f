"""Charts as pictures."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from attendance.domain.chart import Chart, Measure
from reports.drawing import DPI, WIDTH, draw

HOSTILE = ("$x^2$ {} \\frac", "_hidden", "<b>&amp;</b>", "\U0001f98a 公会", "a\0\ud800", "=1+1", "x" * 500, "")


def picture(chart):
    content = draw(chart)
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def chart(kind="bars", unit="share", labels=("Raids", "Arena"), measures=None, **texts):
    measures = measures or (Measure("Rate", tuple(0.5 for _ in labels), tuple("1/2" for _ in labels)),)
    return Chart(
        title=texts.get("title", "By game"), subtitle=texts.get("subtitle", "all"), kind=kind, unit=unit,
        labels=tuple(labels), measures=measures,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["line", "bars"])
@pytest.mark.parametrize("count", [1, 2, 31, 200])
def test_a_chart_is_as_wide_as_a_phone_reads_and_never_taller_than_a_few_screens(kind, count):
    image = picture(chart(kind, labels=[f"2026-{place}" for place in range(count)]))
    assert image.format == "PNG"
    assert image.width == WIDTH * DPI
    assert image.height < 3 * image.width


@pytest.mark.parametrize("kind", ["line", "bars"])
def test_texts_from_people_are_drawn_and_not_read(kind):
    values = tuple(0.1 * place for place in range(len(HOSTILE)))
    measures = tuple(Measure(text, values, HOSTILE) for text in HOSTILE[:3])
    drawn = picture(chart(kind, labels=HOSTILE, measures=measures, title=HOSTILE[0], subtitle=HOSTILE[4]))
    assert drawn.width == WIDTH * DPI


def test_a_value_that_is_missing_is_not_drawn_as_nothing():
    with_gap = draw(chart("line", labels="abc", measures=(Measure("Rate", (0.5, None, 0.5)),)))
    with_nought = draw(chart("line", labels="abc", measures=(Measure("Rate", (0.5, 0, 0.5)),)))
    assert with_gap != with_nought


def test_a_chart_without_values_is_drawn_too():
    assert picture(chart(labels=(), measures=(Measure("Rate", ()),))).width == WIDTH * DPI


def test_the_same_chart_gives_the_same_picture_and_says_nothing_of_who_drew_it():
    assert draw(chart()) == draw(chart())
    assert not Image.open(io.BytesIO(draw(chart()))).info.keys() & {"Software", "Creation Time"}


@pytest.mark.parametrize(("count", "said"), [(1, True), (12, True), (13, False)])
def test_each_point_of_a_short_line_says_what_it_is_made_of(count, said):
    values = tuple(place / count for place in range(count))
    drawn = [
        draw(chart("line", labels=["a"] * count, measures=(Measure("Rate", values, details),)))
        for details in (("1/2",) * count, ())
    ]
    assert (drawn[0] != drawn[1]) == said
