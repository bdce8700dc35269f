"""Whom an event's messages to some of its members are for, and how each of them is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.call import Preview, topic_of
from attendance.domain.choice import decode, is_away
from attendance.domain.erasure import is_pseudonym
from attendance.domain.reminding import mentioned_role, told_where
from attendance.services.away import who_is_away
from attendance.services.guild_members import list_members
from attendance.storage import attendance, direct_messages, guilds, members

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from attendance.domain.call import Audience, Way
    from attendance.domain.event import Event
    from attendance.domain.reminding import Place
    from attendance.ports import Discord
    from attendance.storage.table import Table


class Asked(NamedTuple):
    """Who is asked to answer an event, and the names that Discord told; `listed`: it lists the members."""

    users: frozenset[str]
    names: Mapping[str, str]
    listed: bool


class Found(NamedTuple):
    """Who is meant, in the order in which they are told, and who of the same circle is left alone."""

    users: tuple[str, ...]
    away: tuple[str, ...]
    declined: tuple[str, ...]
    names: Mapping[str, str]
    listed: bool


def asked_to_answer(table: Table, discord: Discord, event: Event, now: datetime) -> Asked:
    """Return the members of the event's role (where Discord lists them) and who was invited by name; raises `Unavailable`."""
    asked = set(event.invited)
    found = list_members(table, discord, event.guild_id, now)
    if found is None:
        return Asked(frozenset(_people(asked)), {}, listed=False)
    role, needed = mentioned_role(event), event.sign_up_role_id
    asked |= {user for user, roles in found.roles.items() if role is not None and role in roles}
    asked = {user for user in asked if user in found.roles}
    asked = {user for user in asked if needed is None or needed in found.roles[user]}
    return Asked(frozenset(_people(asked)), found.names, listed=True)


def find_audience(table: Table, discord: Discord, event: Event, audience: Audience, now: datetime) -> Found:
    """Return who is meant now; raises `Unavailable`, `RateLimited`."""
    declined = [user for user, said in event.choices.items() if decode(said).answer == "no" and not is_away(said)]
    away = [user for user, said in event.choices.items() if is_away(said)]
    if audience == "unanswered":
        asked = asked_to_answer(table, discord, event, now)
        absent = who_is_away(table, event)
        silent = asked.users - set(event.choices)
        left = [*sorted(silent & absent), *(user for user in away if user in asked.users)]
        refused = [user for user in declined if user in asked.users]
        return Found(tuple(sorted(silent - absent)), tuple(left), tuple(refused), asked.names, asked.listed)
    roster = event.roster()
    if audience == "signed_up":
        seats = (*roster.seated, *roster.waiting, *roster.benched)
        meant = [*(seat.user_id for seat in seats), *roster.maybe]
    else:
        seen = attendance.decisions(table, event.guild_id, event.event_id)
        meant = [seat.user_id for seat in roster.seated if seat.user_id not in seen]
    return Found(tuple(_people(meant)), tuple(_people(away)), tuple(_people(declined)), {}, listed=True)


def preview_reach(
    table: Table, discord: Discord, event: Event, audience: Audience, place: Place | None, now: datetime, *, ping: bool
) -> Preview:
    """Return who a call would reach by which way now; raises `Unavailable`, `RateLimited`."""
    found = find_audience(table, discord, event, audience, now)
    usual, mentions = told_where(event, guilds.get_settings(table, event.guild_id))
    goes = place or usual
    ways: dict[Way, tuple[str, ...]] = {"channel": found.users} if goes != "direct" else {}
    if goes != "channel":
        ways |= _directly(table, event.guild_id, found.users, audience, now)
    ways |= {"away": found.away, "declined": found.declined}
    silent = set(ways.get("muted", ())) if goes == "direct" else set()
    return Preview(
        event=event,
        audience=audience,
        place=goes,
        mentions=mentions if ping else "nobody",
        told=len(set(found.users) - silent),
        ways={way: users for way, users in ways.items() if users},
        names={**members.names(table, event.guild_id), **found.names},
        listed=found.listed,
    )


def _directly(
    table: Table, guild_id: str, users: tuple[str, ...], audience: Audience, now: datetime
) -> dict[Way, tuple[str, ...]]:
    known, topic = direct_messages.get_many(table, guild_id, users), topic_of(audience)
    muted = tuple(user for user in users if topic in known[user].muted)
    closed = tuple(user for user in users if user not in muted and not known[user].takes(now))
    left = {*muted, *closed}
    return {"direct": tuple(user for user in users if user not in left), "muted": muted, "closed": closed}


def _people(users: Iterable[str]) -> list[str]:
    """Return those who are somebody: what stands for an erased member is never written to."""
    return [user for user in users if not is_pseudonym(user)]
