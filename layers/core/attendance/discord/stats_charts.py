"""The charts of `/stats`: figures under labels in the reader's language, each with its numerator and denominator."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance.discord.locales import language_of, say
from attendance.discord.reply import cut
from attendance.discord.texts_reports import filter_in_picture
from attendance.domain.analytics_groups import PERIODS
from attendance.domain.chart import MAX_LABELS, Chart, Measure
from attendance.domain.rate import FORMULA_VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from attendance.domain.analytics import Share
    from attendance.domain.analytics_coverage import RoleCoverage
    from attendance.domain.analytics_groups import Breakdown, Group, Period
    from attendance.domain.analytics_members import Ranked
    from attendance.domain.rate import Rate
    from attendance.services.analytics import Scope

_MOST_BARS = 30
_MOST_LEGEND = 20
_LABEL = 40


def groups_chart(title: str, groups: Sequence[Group], by: Period | Breakdown, scope: Scope, locale: str) -> Chart:
    """Return the rate of each group: a line over time, bars otherwise; of too many, the latest or those with most rows."""
    if by in PERIODS:
        shown = list(groups[-MAX_LABELS:])
    else:
        most = sorted(groups, key=lambda group: -group.figures.rate.eligible)[:_MOST_BARS]
        shown = [group for group in groups if group in most]
    names = _role_numbers(groups) if by == "discord_role" else {}
    clocks = _share_a_day(shown, scope.selection.zone)
    return Chart(
        title=title,
        subtitle=_subtitle(scope, locale),
        kind="line" if by in PERIODS else "bars",
        unit="share",
        labels=tuple(_label(group, by, scope, locale, names, clocks=clocks) for group in shown),
        measures=(_rates(say(locale, "stats.measure.rate"), [group.figures.rate for group in shown]),),
    )


def coverage_chart(title: str, roles: Sequence[RoleCoverage], scope: Scope, locale: str) -> Chart:
    """Return, of each role's seats, how many were taken and how many of those who took one came."""
    return Chart(
        title=title,
        subtitle=filter_in_picture(scope.selection, scope.names, locale),
        kind="bars",
        unit="share",
        labels=tuple(cut(role.name, _LABEL) for role in roles),
        measures=(
            _shares(say(locale, "stats.measure.seated"), [role.seated for role in roles]),
            _shares(say(locale, "stats.measure.came"), [role.came for role in roles]),
        ),
    )


def ranking_chart(title: str, found: Sequence[Ranked], scope: Scope, locale: str) -> Chart:
    """Return the rates of the first places."""
    return Chart(
        title=title,
        subtitle=_subtitle(scope, locale),
        kind="bars",
        unit="share",
        labels=tuple(f"{one.place}. {cut(one.name, _LABEL)}" for one in found),
        measures=(_rates(say(locale, "stats.measure.rate"), [one.rate for one in found]),),
    )


def role_legend(groups: Sequence[Group], locale: str) -> str:
    """Return which Discord role each number of the chart is: a picture cannot show a role's name, a mention does."""
    numbers = list(_role_numbers(groups).items())
    named = [f"{number} = <@&{role}>" for role, number in numbers[:_MOST_LEGEND]]
    return say(locale, "stats.roles", named=", ".join(named)) if named else say(locale, "stats.no_discord_roles")


def _role_numbers(groups: Sequence[Group]) -> dict[str, str]:
    return {group.key: str(number) for number, group in enumerate((one for one in groups if one.key), 1)}


def _rates(name: str, rates: Sequence[Rate]) -> Measure:
    return Measure(
        name, tuple(rate.share for rate in rates), tuple(f"{rate.points:g}/{rate.eligible}" for rate in rates)
    )


def _shares(name: str, shares: Sequence[Share]) -> Measure:
    return Measure(name, tuple(one.share for one in shares), tuple(f"{one.part}/{one.whole}" for one in shares))


def _subtitle(scope: Scope, locale: str) -> str:
    span = filter_in_picture(scope.selection, scope.names, locale)
    return f"{span} \u00b7 {say(locale, 'stats.formula', version=FORMULA_VERSION)}"


def _share_a_day(groups: Sequence[Group], zone: str) -> bool:
    """Whether several events are on one day, so that their days alone do not tell them apart."""
    days = [group.starts_at.astimezone(ZoneInfo(zone)).date() for group in groups if group.starts_at]
    return len(set(days)) < len(days)


def _label(
    group: Group, by: Period | Breakdown, scope: Scope, locale: str, names: dict[str, str], *, clocks: bool
) -> str:
    language = language_of(locale)
    match by:
        case "week" | "month" if group.first_day is not None:
            return (
                _day(group.first_day, locale)
                if by == "week"
                else f"{language.month(group.first_day)} {group.first_day.year}"
            )
        case "event" if group.starts_at is not None:
            there = group.starts_at.astimezone(ZoneInfo(scope.selection.zone))
            return f"{_day(there.date(), locale)} {there:%H:%M}" if clocks else _day(there.date(), locale)
        case "weekday":
            return language.weekday(int(group.key))
        case "hour":
            return f"{group.key}:00"
        case "weekday_hour":
            weekday, _, hour = group.key.partition("-")
            return f"{language.weekday(int(weekday))} {hour}:00"
        case "discord_role":
            return names.get(group.key) or say(locale, "stats.unknown_roles")
    return cut(group.label, _LABEL) or say(locale, f"stats.none.{by}")


def _day(day: date, locale: str) -> str:
    return f"{day.day} {language_of(locale).month(day)}"
