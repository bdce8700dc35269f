"""Members' records, out of the sheets: the same facts as in every report, so the figures cannot differ.

The history of one member by index would be cheaper to read and would lack what nobody observed: who never came has no
evidence. Sheets have it, and what the rate reads of a year of them is one query of a few pages.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from attendance.domain.checkin import MAX_MINUTES
from attendance.domain.choice import decode
from attendance.domain.cursor import decode_id_cursor, encode_cursor, page_behind
from attendance.domain.ids import is_snowflake
from attendance.domain.rate import Rate, count_marks, rate_of
from attendance.domain.record import entries_of, make_record
from attendance.domain.rights import require_any
from attendance.errors import Invalid, NotFound
from attendance.services.characters import list_characters
from attendance.storage import events, guilds, keys, members, sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.choice import Choice
    from attendance.domain.rate import RateRules
    from attendance.domain.record import Record
    from attendance.storage.table import Table

type MemberOrder = Literal["user_id", "name", "rate", "-rate"]

A_YEAR = timedelta(days=366)
MAX_SPAN = timedelta(days=3 * 366)
_AHEAD = timedelta(days=60)
_UPCOMING = 10


class SignedUp(NamedTuple):
    """An event ahead that a member answered."""

    event_id: str
    title: str
    starts_at: datetime
    choice: Choice


class MemberRecord(NamedTuple):
    """A member's record over the events that started within [`since`, `until`), and what they signed up for."""

    user_id: str
    name: str
    record: Record
    rules: RateRules
    since: datetime
    until: datetime
    upcoming: tuple[SignedUp, ...]
    characters: tuple[str, ...] = ()


class MemberRate(NamedTuple):
    """A member of a list with their rate."""

    user_id: str
    name: str
    rate: Rate


def show_record(
    table: Table,
    guild_id: str,
    user_id: str,
    actor: Actor,
    now: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> MemberRecord:
    """Return a member's record, by default over the last year; everyone's is their own, officers see all.

    Raises `Forbidden`, `Invalid` (field `since`), and `NotFound` for somebody whom the guild has never met.
    """
    if user_id != actor.user_id:
        require_any(actor, "attendance.manage", "reports.view")
    since, until = _span(since, until, now)
    rules = guilds.get_settings(table, guild_id).rate
    record = make_record(entries_of(user_id, sheets.marks_between(table, guild_id, since, until)), rules)
    name = members.name_of(table, guild_id, user_id) if is_snowflake(user_id) else None
    if name is None and not record.entries and user_id != actor.user_id:
        raise NotFound("There is no such member here, or nothing is known of them yet.", code="no_such_member")
    upcoming = _upcoming(table, guild_id, user_id, now)
    played = tuple(one.name for one in list_characters(table, guild_id, user_id))
    return MemberRecord(user_id, name or user_id, record, rules, since, until, upcoming, played)


def list_rates(
    table: Table,
    guild_id: str,
    actor: Actor,
    now: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    sort: MemberOrder = "user_id",
    name: str | None = None,
    limit: int = 25,
    cursor: str | None = None,
) -> tuple[list[MemberRate], RateRules, str | None]:
    """Return members met with their rates over the last year by default, the rules, and a cursor or None.

    `name` is a part of their names in whatever case. By id and without it a page is read, else everybody is. Raises
    `Forbidden`, `Invalid` (field `since` or `cursor`).
    """
    require_any(actor, "attendance.manage", "reports.view")
    since, until = _span(since, until, now)
    rules = guilds.get_settings(table, guild_id).rate
    behind = decode_id_cursor(cursor, is_snowflake)
    if sort == "user_id" and name is None:
        names, last = members.page(table, guild_id, limit=limit, after=behind)
        return _rated(table, guild_id, names, since, until, rules), rules, encode_cursor(last)
    wanted = (name or "").casefold()
    names = {user: called for user, called in members.names(table, guild_id).items() if wanted in called.casefold()}
    ordered = sorted(_rated(table, guild_id, names, since, until, rules), key=_ORDERS[sort])
    page, after = page_behind(ordered, lambda one: one.user_id, behind, limit)
    return page, rules, after


def _rated(
    table: Table, guild_id: str, names: Mapping[str, str], since: datetime, until: datetime, rules: RateRules
) -> list[MemberRate]:
    counted = (sheet for sheet in sheets.marks_between(table, guild_id, since, until) if sheet.counted)
    marks = count_marks((sheet.user_ids, sheet.marks) for sheet in counted) if names else {}
    return [MemberRate(user, name, rate_of(marks.get(user, Counter()), rules)) for user, name in names.items()]


def _by_rate(sign: int) -> Callable[[MemberRate], tuple[Any, ...]]:
    """Order by rate, those who have none last, the same ones by name."""
    return lambda one: (one.rate.share is None, sign * (one.rate.share or 0), one.name.casefold(), int(one.user_id))


_ORDERS: Mapping[MemberOrder, Callable[[MemberRate], tuple[Any, ...]]] = {
    "user_id": lambda one: (one.user_id,),
    "name": lambda one: (one.name.casefold(), int(one.user_id)),
    "rate": _by_rate(1),
    "-rate": _by_rate(-1),
}


def _span(since: datetime | None, until: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    since = since or (until or now) - A_YEAR
    until = until or now + timedelta(minutes=MAX_MINUTES)  # what was closed before its start counts from then on
    if not since < until or until - since > MAX_SPAN:
        raise Invalid(
            f"A record spans up to {MAX_SPAN.days} days and begins before it ends; understood: {since:%Y-%m-%d} to "
            f"{until:%Y-%m-%d}.",
            field="since",
        )
    return since, until


def _upcoming(table: Table, guild_id: str, user_id: str, now: datetime) -> tuple[SignedUp, ...]:
    """Return what a member answered of the next events; two requests."""
    ahead, _ = events.list_between(table, guild_id, since=now, until=now + _AHEAD, limit=_UPCOMING)
    wanted = [keys.event(guild_id, item["event_id"]) for item in ahead if item["status"] == "open"]
    found = table.get_many(wanted, attributes=("event_id", "title", "starts_at", "choices")) if wanted else []
    return tuple(
        SignedUp(item["event_id"], item["title"], keys.moment(item["starts_at"]), decode(item["choices"][user_id]))
        for item in found
        if item and user_id in item.get("choices", {})
    )
