"""Figures over a guild's closed events: whom they may be shown to, over what, read once.

All figures come out of the sheets, as records and reports do, so they cannot differ from them. A span is one query, a page of
1 MB after the other, and one sheet in memory at a time; what is compared with the period before reads both in one query.

Who lacks `reports.view` sees themself: whatever they ask for is over their own rows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain import analytics, analytics_coverage, analytics_groups, analytics_members
from attendance.domain.cursor import decode_id_cursor, encode_cursor
from attendance.domain.digest import make_digest, week_before
from attendance.domain.ids import is_snowflake
from attendance.domain.rights import require_any
from attendance.domain.selection import Selection, select
from attendance.errors import Conflict, NotFound
from attendance.storage import events, guilds, members, series, sheets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from attendance.domain.actor import Actor
    from attendance.domain.analytics import Facts, Summary
    from attendance.domain.analytics_coverage import Coverage
    from attendance.domain.analytics_groups import Breakdown, Group, Period
    from attendance.domain.analytics_members import Matrix, MemberFigures, Ranked, Row
    from attendance.domain.digest import Digest
    from attendance.domain.rate import RateRules
    from attendance.storage.table import Table

_PAGE = 500


class Question(NamedTuple):
    """What somebody asks about, as they gave it: days of the guild's zone, and filters (see `selection`)."""

    first: date | None = None
    last: date | None = None
    events: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    games: tuple[str, ...] = ()
    discord_roles: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()


class Scope(NamedTuple):
    """A question that was checked: what is selected, under which rules; `own`: narrowed down to who asks.

    `names` are what the things it names are called, by id, where somebody reads them.
    """

    guild_id: str
    selection: Selection
    rules: RateRules
    own: bool
    names: Mapping[str, str] = {}


def scope_of(table: Table, guild_id: str, actor: Actor, now: datetime, question: Question) -> Scope:
    """Return what `actor` may see of what they ask for.

    Named events without days span their own days. Raises `Invalid` as `select` does, `NotFound` for an event, a series or a
    member that is not known here, and `Forbidden` for who asks about others without `reports.view`.
    """
    own = _check_members(actor, question.members)
    settings = guilds.get_settings(table, guild_id)
    zone = settings.zone or "UTC"
    selection = select(
        zone=zone, now=now, first=question.first, last=question.last, events=question.events, series=question.series,
        games=question.games, discord_roles=question.discord_roles,
        members=(actor.user_id,) if own else question.members, statuses=question.statuses,
    )  # fmt: skip
    if selection.events:
        found = events.get_many(table, guild_id, sorted(selection.events))
        if len(found) < len(selection.events):
            raise NotFound("There is no such event here.", code="no_such_event")
        if question.first is None and question.last is None:
            selection = selection.spanning([event.starts_at for event in found])
    if len(series.get_many(table, guild_id, sorted(selection.series))) < len(selection.series):
        raise NotFound("There is no such series here.", code="no_such_series")
    others = sorted(selection.members - {actor.user_id})
    if len(members.names_of(table, guild_id, others)) < len(others):
        raise NotFound("There is no such member here, or nothing is known of them yet.", code="no_such_member")
    return Scope(guild_id, selection, settings.rate, own)


def _check_members(actor: Actor, asked: tuple[str, ...]) -> bool:
    """Return whether only their own rows are theirs to see; raises `Forbidden` for who asks about others then."""
    if {"reports.view", "attendance.manage"} & actor.capabilities:
        return False
    if set(asked) - {actor.user_id}:
        require_any(actor, "reports.view")
    return True


def show_summary(table: Table, scope: Scope, now: datetime) -> Summary:
    """Return the figures of the whole, those of the period before, and how many events are not in them and why."""
    found = analytics.summary(_chosen(table, scope, scope.selection.before), scope.selection.since, scope.rules)
    unclosed, cancelled = not_closed(table, scope.guild_id, scope.selection, now)
    return found._replace(unclosed=unclosed, cancelled=cancelled)


def show_trend(table: Table, scope: Scope, by: Period) -> list[Group]:
    """Return figures by week, month or event."""
    return analytics_groups.trend(_chosen(table, scope), by, scope.selection.zone, scope.rules)


def show_breakdown(table: Table, scope: Scope, by: Breakdown) -> list[Group]:
    """Return figures by game, series, weekday, hour, both, party role or Discord role."""
    return analytics_groups.breakdown(_chosen(table, scope), by, scope.selection.zone, scope.rules)


def show_members(
    table: Table, scope: Scope, *, limit: int, cursor: str | None = None
) -> tuple[list[MemberFigures], str | None]:
    """Return members by id, each with their figures and their rate in the period before, and a cursor or None.

    Raises `Invalid` (field `cursor`).
    """
    after = decode_id_cursor(cursor, is_snowflake)
    return _page(_members(table, scope), limit, after)


def show_matrix(table: Table, scope: Scope, *, limit: int, cursor: str | None = None) -> tuple[Matrix, str | None]:
    """Return members, by id, x events, and a cursor or None; raises `Invalid` for too many events (`from`) or `cursor`."""
    after = decode_id_cursor(cursor, is_snowflake)
    found = analytics_members.matrix(_chosen(table, scope), scope.rules, behind=after or "", most=limit + 1)
    rows, following = _page(list(found.rows), limit, after)
    return found._replace(rows=tuple(rows)), following


def _members(table: Table, scope: Scope) -> list[MemberFigures]:
    chosen = scope.selection
    return analytics_members.members(_chosen(table, scope, chosen.before), chosen.since, scope.rules)


def _page[One: (MemberFigures, Row)](found: list[One], limit: int, after: str | None) -> tuple[list[One], str | None]:
    rest = [one for one in found if after is None or one.user_id > after]
    return rest[:limit], encode_cursor(rest[limit - 1].user_id) if len(rest) > limit else None


def show_coverage(table: Table, scope: Scope, actor: Actor) -> Coverage:
    """Return which party role was short, when; raises `Forbidden` without `reports.view` or `attendance.manage`."""
    require_any(actor, "reports.view", "attendance.manage")
    return coverage_of(table, scope)


def coverage_of(table: Table, scope: Scope) -> Coverage:
    """Return what `show_coverage` does, to who may see it."""
    chosen = scope.selection
    every = sheets.facts_between(table, scope.guild_id, chosen.since, chosen.until)
    asked = (analytics.rows_asked_for(facts, chosen) for facts in every)
    return analytics_coverage.coverage(facts for facts in asked if facts is not None)


def show_ranking(
    table: Table, guild_id: str, actor: Actor, now: datetime, question: Question
) -> tuple[Scope, list[Ranked]]:
    """Return members ranked by their rate, to every member of a guild that switched rankings on.

    Raises `Conflict` where it did not, and as `scope_of`.
    """
    scope = ranking_scope(table, guild_id, actor, now, question)
    return scope, ranking_of(table, scope)


def ranking_scope(table: Table, guild_id: str, actor: Actor, now: datetime, question: Question) -> Scope:
    """Return what a ranking is over, for every member; raises as `show_ranking`.

    Who lacks `reports.view` cannot filter it by attendance or members: that would say more of others than their rates.
    """
    if not guilds.get_settings(table, guild_id).rankings:
        raise Conflict(
            "Rankings are off here. Someone with Manage Server switches them on with /settings extras.",
            code="rankings_off",
        )
    if question.statuses or question.members:
        require_any(actor, "reports.view", "attendance.manage")
    everyone = replace(actor, capabilities=actor.capabilities | {"reports.view"})  # the guild wants all to see it
    return scope_of(table, guild_id, everyone, now, question)


def ranking_of(table: Table, scope: Scope) -> list[Ranked]:
    """Return members ranked over a scope that `ranking_scope` gave."""
    return analytics_members.ranking(_members(table, scope))


def weekly_digest(table: Table, guild_id: str, now: datetime) -> Digest | None:
    """Return what a guild's digest says of the seven days up to yesterday, None when no event of them is closed."""
    settings = guilds.get_settings(table, guild_id)
    zone = settings.zone or "UTC"
    first, last = week_before(now, zone)
    chosen = select(zone=zone, now=now, first=first, last=last)
    read = list(sheets.facts_between(table, guild_id, chosen.before, chosen.until))
    whole = [facts for facts in read if facts.starts_at >= chosen.since]
    judged = [one for facts in read if (one := analytics.chosen(facts, chosen)) is not None]
    made = make_digest(judged, whole, chosen, settings.rate, ranked=settings.rankings)
    if made is None:
        return None
    unclosed, cancelled = not_closed(table, guild_id, chosen, now)
    return made._replace(summary=made.summary._replace(unclosed=unclosed, cancelled=cancelled))


def _chosen(table: Table, scope: Scope, since: datetime | None = None) -> Iterator[Facts]:
    """Yield the rows that are asked for, sheet by sheet, in order of start."""
    chosen = scope.selection
    for facts in sheets.facts_between(table, scope.guild_id, since or chosen.since, chosen.until):
        found = analytics.chosen(facts, chosen)
        if found is not None:
            yield found


def not_closed(table: Table, guild_id: str, chosen: Selection, now: datetime) -> tuple[int, int]:
    """Return how many events of a selection began and are not closed, and how many were cancelled."""
    cursor = None
    counts = {"open": 0, "cancelled": 0}
    until = min(chosen.until, now) - timedelta(milliseconds=1)
    while chosen.since <= until:
        found, cursor = events.list_between(
            table, guild_id, since=chosen.since, until=until, limit=_PAGE, cursor=cursor
        )
        for item in found:
            if item["status"] in counts and chosen.takes_event(item["event_id"], item.get("series_id"), item["game"]):
                counts[item["status"]] += 1
        if cursor is None:
            break
    return counts["open"], counts["cancelled"]
