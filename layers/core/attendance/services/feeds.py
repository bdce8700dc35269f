"""Calendar feeds: making, listing and ending them, and what one shows."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.feed import AHEAD, BACK, KINDS, MOST_EVENTS, REQUESTS_A_MINUTE, Entry, Feed, entry_for, is_token
from attendance.domain.rights import require
from attendance.domain.tokens import digest
from attendance.errors import Conflict, NotFound
from attendance.services.limits import check_pace
from attendance.services.membership import member_of
from attendance.storage import events, feeds, keys
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.feed import FeedKind
    from attendance.ports import Discord
    from attendance.storage.table import Table

_NO_FEED = "There is no calendar at this address, or not any more. `/calendar link` makes one."
_PAGE = 100


class Shown(NamedTuple):
    """What a feed shows: the guild's name and the events, in order of start."""

    feed: Feed
    guild_name: str
    entries: list[Entry]


def address(public_url: str, token: str) -> str:
    """Return the address of a feed, as a calendar program takes it."""
    return f"{public_url}/calendar/{token}.ics"


def make_feed(
    table: Table, guild_id: str, actor: Actor, now: datetime, *, kind: FeedKind, renew: bool = False, locale: str = ""
) -> tuple[Feed, str | None]:
    """Make a feed and return it with its token, which is kept nowhere: None when this request made it before.

    With `renew` the address that there was ends. Raises `Forbidden`, and `Conflict` when there is one and it is not renewed.
    """
    require(actor, "attendance.self")
    before = feeds.get(table, actor.user_id, guild_id, kind)
    if before is not None and before.request_id == actor.request_id:
        return before, None
    if before is not None and not renew:
        made_at = int(before.made_at.timestamp())
        raise Conflict(
            f"You have this calendar since <t:{made_at}:f>. Its address is shown once only: if you lost it, `/calendar renew` "
            "makes a new one and ends the old.",
            code="feed_exists",
            made_at=made_at,
        )
    token = secrets.token_urlsafe(32)
    feed = Feed(
        guild_id=guild_id,
        user_id=actor.user_id,
        kind=kind,
        digest=digest(token),
        made_at=now,
        request_id=actor.request_id,
        locale=locale,
    )
    try:
        feeds.make(table, feed, before)
    except ConditionFailed as failed:
        raise Conflict("This calendar was made or ended a moment ago. Please try again.", code="busy") from failed
    return feed, token


def list_feeds(table: Table, guild_id: str, actor: Actor) -> list[Feed]:
    """Return the member's own feeds; raises `Forbidden`."""
    require(actor, "attendance.self")
    found = [feeds.get(table, actor.user_id, guild_id, kind) for kind in KINDS]
    return [one for one in found if one is not None]


def get_feed(table: Table, guild_id: str, actor: Actor, feed: FeedKind | str) -> Feed:
    """Return the member's feed of that kind or id; raises `Forbidden`, `NotFound`."""
    found = next((one for one in list_feeds(table, guild_id, actor) if feed in (one.kind, one.feed_id)), None)
    if found is None:
        raise NotFound("You have no such calendar here.", code="no_such_feed")
    return found


def revoke_feed(table: Table, guild_id: str, actor: Actor, feed: FeedKind | str) -> None:
    """End the member's feed of that kind or id: its address answers as an unknown one. Raises `Forbidden`, `NotFound`."""
    found = get_feed(table, guild_id, actor, feed)
    try:
        feeds.remove(table, found)
    except ConditionFailed as failed:
        raise Conflict("This calendar was made anew or ended a moment ago. Please try again.", code="busy") from failed


def open_feed(table: Table, discord: Discord, token: str, now: datetime) -> Shown:
    """Return what the feed of an address shows.

    Raises `NotFound` for an unknown or revoked one and once its owner is no member any more, `Limited`, and `Unavailable`
    when Discord does not tell of the membership.
    """
    feed = feeds.find(table, digest(token)) if is_token(token) else None
    if feed is None:
        raise NotFound(_NO_FEED)
    check_pace(table, f"feed:{feed.digest[:32]}", REQUESTS_A_MINUTE, now)
    try:
        member = member_of(table, discord, feed.guild_id, feed.user_id, now)
    except NotFound as gone:
        raise NotFound(_NO_FEED) from gone
    return Shown(feed, member.access.guild_name, _entries(table, feed, now))


def _entries(table: Table, feed: Feed, now: datetime) -> list[Entry]:
    wanted: list[str] = []
    cursor = None
    while len(wanted) < MOST_EVENTS:
        page, cursor = events.list_between(
            table, feed.guild_id, since=now - BACK, until=now + AHEAD, limit=_PAGE, cursor=cursor
        )
        wanted += [item["event_id"] for item in page]
        if cursor is None:
            break
    mine = feed.kind == "mine"
    parts = () if mine else (*events.WITHOUT_ROSTER, "touched")
    items = table.get_many([keys.event(feed.guild_id, one) for one in wanted[:MOST_EVENTS]], attributes=parts)
    found: list[Entry] = []
    for item in items:
        if item is not None:
            event, at = events.from_item(item), keys.moment(item["touched"]["at"])
            entry = entry_for(event, feed.user_id, at) if mine else Entry(event=event, modified_at=at)
            found += [entry] if entry else []
    return found
