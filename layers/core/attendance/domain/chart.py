"""A chart as a value: what is to be drawn, in words and numbers that are ready to be shown; how it looks is the drawer's.

All texts are in the reader's language already. Texts from people (titles, names) are as they typed them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from attendance.errors import Invalid

ChartKind = Literal["line", "bars"]
"""`line`: labels follow each other in time; `bars`: they are things beside each other."""
ChartUnit = Literal["share", "count"]
"""`share`: values from 0 to 1, shown as per cent; `count`: whole numbers."""
MAX_LABELS = 200
"""More do not fit a picture that is read on a phone."""


class Measure(NamedTuple):
    """One line, or one bar a label: a value for each label of the chart, None where there is none (which is not 0).

    `details` are what stands beside the values where there is room, such as numerator and denominator: "12/15".
    """

    name: str
    values: tuple[float | None, ...]
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A title, a line below it (filter, zone, formula), labels along the axis and one or more measures over them.

    Raises `Invalid` (field `chart`) for too many labels, `ValueError` for a measure that is not as long as they are.
    """

    title: str
    subtitle: str
    kind: ChartKind
    unit: ChartUnit
    labels: tuple[str, ...]
    measures: tuple[Measure, ...]

    def __post_init__(self) -> None:
        if len(self.labels) > MAX_LABELS:
            raise Invalid(
                f"A picture has room for {MAX_LABELS} labels, and here are {len(self.labels)}: choose a shorter span.",
                field="chart",
                code="too_many_labels",
                count=len(self.labels),
                most=MAX_LABELS,
            )
        for measure in self.measures:
            if len(measure.values) != len(self.labels) or len(measure.details) not in (0, len(self.labels)):
                raise ValueError(f"“{measure.name}” does not have one value for each label")

    @property
    def is_empty(self) -> bool:
        """Whether there is no value at all to draw."""
        return all(value is None for measure in self.measures for value in measure.values)
