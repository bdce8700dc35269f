"""The charts of a report: values for whoever draws them, out of its totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.chart import MAX_LABELS, Chart, Measure

if TYPE_CHECKING:
    from attendance.domain.chart import ChartKind
    from attendance.domain.report_rows import Say
    from attendance.domain.report_totals import Total, Totals

MOST_GAMES = 10


def charts_of(totals: Totals, say: Say) -> list[Chart]:
    """Return the charts that say something: the rate over months and by game where there are several, and the statuses."""
    figures = totals.figures
    months, games = totals.months[-MAX_LABELS:], sorted(totals.games, key=lambda game: -game.figures.rows)
    found = []
    if len(months) > 1:
        found.append(_rates(say("report.chart.months"), "line", months, say))
    if len(games) > 1:
        key = "report.chart.games" if len(games) <= MOST_GAMES else "report.chart.most_games"
        found.append(_rates(say(key, most=MOST_GAMES), "bars", games[:MOST_GAMES], say))
    kinds = tuple(figures.counts)
    counts = Measure(say("report.chart.number"), tuple(float(figures.counts[kind]) for kind in kinds))
    events = totals.events + totals.uncounted
    return [
        *found,
        Chart(
            title=say("report.chart.kinds"), subtitle=say("report.chart.kinds_of", rows=figures.rows, events=events),
            kind="bars", unit="count", labels=tuple(say(f"status.{kind}") for kind in kinds), measures=(counts,),
        ),
    ]  # fmt: skip


def _rates(title: str, kind: ChartKind, groups: list[Total], say: Say) -> Chart:
    rates = [group.figures.rate for group in groups]
    measure = Measure(
        say("report.chart.rate"),
        tuple(rate.share for rate in rates),
        tuple(f"{rate.points:g}/{rate.eligible}" for rate in rates),
    )
    return Chart(
        title=title, subtitle=say("report.chart.made_of"), kind=kind, unit="share",
        labels=tuple(group.name or say("report.no_game") for group in groups), measures=(measure,),
    )  # fmt: skip
