"""`/stats` as words and as a chart, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from attendance.discord.locales import say
from attendance.discord.reply import MAX_CONTENT, cut
from attendance.discord.stats_charts import coverage_chart, groups_chart, ranking_chart, role_legend
from attendance.discord.texts import escaped, time_mark
from attendance.discord.texts_errors import error_text
from attendance.discord.texts_records import counts_line, formula_text
from attendance.discord.texts_reports import filter_in_message
from attendance.domain.analytics_members import LEAST_ELIGIBLE

if TYPE_CHECKING:
    from attendance.domain.analytics import Figures, Summary
    from attendance.domain.analytics_coverage import Coverage, RoleCoverage
    from attendance.domain.analytics_groups import Breakdown, Group, Period
    from attendance.domain.analytics_members import MemberFigures, Ranked
    from attendance.domain.chart import Chart
    from attendance.domain.rate import Rate
    from attendance.errors import AttendanceError
    from attendance.services.analytics import Scope

_PLACES, _ROLES, _SHORTAGES = 20, 10, 8
_QUIET = {"parse": list[str]()}


class Answer(NamedTuple):
    """What a `/stats` is answered with; a chart without values is not drawn."""

    text: str
    chart: Chart | None = None


def of_guild(scope: Scope, found: Summary, groups: list[Group], by: Period | Breakdown, locale: str) -> Answer:
    """Return a guild's figures, or those of who asked where they see themself only."""
    lines = [_rate_line(found.figures.rate, found.before.rate, scope, locale)]
    lines.append(say(locale, "stats.events", events=found.events, members=found.members))
    lines += _figure_lines(found.figures, locale)
    if found.unclosed:
        lines.append(say(locale, "stats.unclosed", count=found.unclosed))
    if by == "discord_role":
        lines.append(role_legend(groups, locale))
    title = say(locale, "stats.title.guild", by=say(locale, f"stats.by.{by}"))
    return Answer("\n".join([*lines, *_about(scope, locale)]), groups_chart(title, groups, by, scope, locale))


def of_member(
    scope: Scope, found: MemberFigures | None, groups: list[Group], by: Period | Breakdown, locale: str
) -> Answer:
    """Return a member's figures; `found` None: there are none in the span."""
    [user_id] = scope.selection.members
    if found is None:
        nothing = say(locale, "stats.no_rows", member=f"<@{user_id}>")
        return Answer("\n".join([nothing, *_about(scope, locale)]))
    lines = [f"<@{user_id}>: {_rate_line(found.figures.rate, found.before, scope, locale)}"]
    lines.append(say(locale, "record.streak", streak=found.streak))
    lines += _figure_lines(found.figures, locale)
    title = say(locale, "stats.title.member", name=found.name, by=say(locale, f"stats.by.{by}"))
    return Answer("\n".join([*lines, *_about(scope, locale)]), groups_chart(title, groups, by, scope, locale))


def of_coverage(scope: Scope, found: Coverage, locale: str) -> Answer:
    """Return how party roles were filled, and the latest shortages."""
    if not found.roles:
        return Answer("\n".join([say(locale, "stats.no_roles"), *_about(scope, locale)]))
    lines = [_role_line(role, locale) for role in found.roles[:_ROLES]]
    for one in reversed(found.shortages[-_SHORTAGES:]):
        values = {"role": escaped(one.name), "came": one.came, "minimum": one.minimum, "title": escaped(one.title)}
        lines.append(say(locale, "stats.shortage", at=time_mark(one.starts_at, "d"), **values))
    chart = coverage_chart(say(locale, "stats.title.coverage"), found.roles, scope, locale)
    return Answer("\n".join([*lines, *_about(scope, locale)]), chart)


def of_ranking(scope: Scope, found: list[Ranked], user_id: str, locale: str) -> Answer:
    """Return the first places, and that of who asked."""
    lines = [
        say(locale, "stats.place", place=one.place, member=f"<@{one.user_id}>", rate=_rate(one.rate, locale))
        for one in found[:_PLACES]
    ]
    yours = next((one for one in found if one.user_id == user_id), None)
    if yours is None:
        lines.append(say(locale, "stats.no_place", least=LEAST_ELIGIBLE))
    elif yours not in found[:_PLACES]:
        lines.append(
            say(locale, "stats.your_place", place=yours.place, ranked=len(found), rate=_rate(yours.rate, locale))
        )
    chart = ranking_chart(say(locale, "stats.title.ranking"), found[:_PLACES], scope, locale)
    return Answer("\n".join([*lines, *_about(scope, locale)]), chart)


def body(answer: Answer, locale: str, *, pictured: bool) -> dict[str, Any]:
    """Return the body of the answer; `pictured`: its chart goes along as the first upload."""
    pictures = []
    if pictured and answer.chart is not None:
        described = say(locale, "stats.picture", title=answer.chart.title, details=answer.chart.subtitle)
        pictures = [{"id": "0", "filename": "stats.png", "description": cut(described, 1024)}]
    return {
        "content": cut(answer.text.replace("](", "]\\("), MAX_CONTENT),
        "attachments": pictures,
        "allowed_mentions": _QUIET,
    }


def refusal(error: AttendanceError, locale: str) -> dict[str, Any]:
    """Return the body that says why there are no figures."""
    return body(Answer(error_text(error, locale)), locale, pictured=False)


def failure(reference: str, locale: str) -> dict[str, Any]:
    """Return the body that says that something broke on our side."""
    return body(Answer(say(locale, "went_wrong", reference=reference)), locale, pictured=False)


def _rate_line(now: Rate, then: Rate, scope: Scope, locale: str) -> str:
    if now.share is None:
        return say(locale, "stats.no_rate")
    line = say(locale, "stats.rate", rate=_rate(now, locale))
    if then.share is None:
        return line
    points = f"{(now.share - then.share) * 100:+.1f}"
    return line + say(locale, "stats.change", points=points, days=scope.selection.days, before=_rate(then, locale))


def _rate(rate: Rate, locale: str) -> str:
    if rate.share is None:
        return say(locale, "stats.no_rate")
    return f"**{rate.share * 100:.1f} %** ({rate.points:g}/{rate.eligible})"


def _figure_lines(figures: Figures, locale: str) -> list[str]:
    lines = []
    for name, share in (("shown", figures.shown), ("late", figures.late)):
        if share.share is not None:
            lines.append(
                say(locale, f"stats.{name}", percent=f"{share.share * 100:.1f}", part=share.part, whole=share.whole)
            )
    return [*lines, *([counts_line(figures.counts, locale)] if figures.counts else [])]


def _role_line(role: RoleCoverage, locale: str) -> str:
    values = {"role": escaped(role.name), "came": role.came.part, "seats": role.came.whole}
    if not role.short.whole:
        return say(locale, "stats.role_free", **values)
    return say(locale, "stats.role", short=role.short.part, events=role.short.whole, missing=role.missing, **values)


def _about(scope: Scope, locale: str) -> list[str]:
    """Return what the figures are over, and how a rate is made."""
    line = filter_in_message(scope.selection, scope.names, locale)
    own = [f"-# {say(locale, 'stats.own')}"] if scope.own else []
    return [f"-# {line}", f"-# {formula_text(scope.rules, locale)}", *own]
