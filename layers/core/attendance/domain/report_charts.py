"""The charts of a report: values for whoever draws them, out of its totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.chart import MAX_LABELS, Chart, Measure

if TYPE_CHECKING:
    from attendance.domain.report_totals import Total, Totals

MOST_GAMES = 10


def charts_of(totals: Totals) -> list[Chart]:
    """Return the charts that say something: the rate over months and by game where there are several, and the statuses."""
    figures = totals.figures
    months, games = totals.months[-MAX_LABELS:], sorted(totals.games, key=lambda game: -game.figures.rows)
    found = []
    if len(months) > 1:
        found.append(_rates("Rate by month", "line", months))
    if len(games) > 1:
        title = "Rate by game" if len(games) <= MOST_GAMES else f"Rate by game, the {MOST_GAMES} with most rows"
        found.append(_rates(title, "bars", games[:MOST_GAMES]))
    kinds = tuple(figures.counts)
    counts = Measure("Rows", tuple(float(figures.counts[kind]) for kind in kinds))
    return [
        *found,
        Chart(
            title="Rows by attendance", subtitle=f"{figures.rows} rows of {totals.events + totals.uncounted} events",
            kind="bars", unit="count", labels=tuple(kind.replace("_", " ") for kind in kinds), measures=(counts,),
        ),
    ]  # fmt: skip


def _rates(title: str, kind: str, groups: list[Total]) -> Chart:
    rates = [group.figures.rate for group in groups]
    measure = Measure(
        "Rate", tuple(rate.share for rate in rates), tuple(f"{rate.points:g}/{rate.eligible}" for rate in rates)
    )
    return Chart(
        title=title, subtitle="credit / eligible", kind="line" if kind == "line" else "bars", unit="share",
        labels=tuple(group.name or "no game" for group in groups), measures=(measure,),
    )  # fmt: skip
