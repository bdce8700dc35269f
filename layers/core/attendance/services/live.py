"""Open dashboards: tickets, connections, subscriptions and pushes.

A socket cannot send headers, so an authenticated request hands out a ticket (256 bits, 30 seconds, once) that opens one
connection for one user and guild. A subscription lives for a minute and each ping renews it after a look at the session
and the rights: who lost either hears nothing more after that minute, whatever the socket does.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from attendance.domain.ids import is_id
from attendance.domain.live import (
    SUBSCRIPTION_LIFETIME,
    TICKET_LIFETIME,
    Subscription,
    event_version,
    resumed,
    text_for,
)
from attendance.domain.tokens import SIGNED_OUT, digest
from attendance.errors import AttendanceError, Conflict, Forbidden, Invalid, NotFound, Unauthenticated, Unavailable
from attendance.services.events import get_event
from attendance.services.membership import Member, member_of
from attendance.storage import connections, once, sessions

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from attendance.domain.session import Session
    from attendance.ports import Discord, Sockets
    from attendance.storage.table import Table
    from attendance.storage.values import Item

MAX_TICKET = 64


def give_ticket(table: Table, guild_id: str, session: Session, now: datetime) -> str:
    """Return a ticket that opens one connection to a guild within 30 seconds; the caller has shown to be its member."""
    ticket = secrets.token_urlsafe(32)
    facts = {"user_id": session.user_id, "guild_id": guild_id, "family": session.family}
    once.keep(table, "TICKET", digest(ticket), facts, now + TICKET_LIFETIME)
    return ticket


def connect(
    table: Table, connection_id: str, *, ticket: str, origin: str | None, origins: Collection[str], now: datetime
) -> None:
    """Open a connection for a ticket's user, once.

    Raises `Forbidden` for a page of another origin and `Unauthenticated` for a ticket that is unknown, used or over.
    """
    if origin is None or origin not in origins:
        raise Forbidden("This page may not connect. An operator can add its origin to DASHBOARD_ORIGINS.")
    facts = once.take(table, "TICKET", digest(ticket), now) if 0 < len(ticket) <= MAX_TICKET else None
    if facts is None:
        raise Unauthenticated("This ticket is unknown, used or over. Get a new one and connect within 30 seconds.")
    connections.open_connection(table, connection_id, facts["user_id"], facts["guild_id"], facts["family"], now)


def disconnect(table: Table, connection_id: str) -> None:
    """Forget a connection; one that is forgotten already is fine."""
    connection = connections.get(table, connection_id)
    if connection is not None:
        connections.forget(table, connection["guild_id"], connection_id)


def subscribe(
    table: Table,
    discord: Discord,
    connection_id: str,
    guild_id: object,
    event_id: object,
    now: datetime,
    *,
    seen: object = None,
) -> dict[str, Any]:
    """Let a connection listen to its guild, or to one event of it; returns the answer to send.

    The answer carries the event's present version. With `seen`, the version of what a client that was away shows, it says
    how to go on (`domain.live.resumed`). Raises `Unauthenticated`, `NotFound`, `Invalid`, `Unavailable`.
    """
    connection = _connection(table, connection_id)
    if guild_id != connection["guild_id"]:
        raise NotFound("This connection's ticket is for another server. Get a ticket for this one.")
    if event_id is not None and (not isinstance(event_id, str) or not is_id(event_id)):
        raise NotFound("There is no such event here.", code="no_such_event")
    if seen is not None and (not isinstance(seen, int) or isinstance(seen, bool)):
        raise Invalid("`version` is the number of the last message that you have.", field="version")
    member = _member(table, discord, connection, now)
    subscription = _subscription(connection, connection_id, event_id, member, now)
    connections.subscribe(table, subscription)  # first: what changes while the event is read is heard
    if event_id is None:
        answer = _answer("subscribed", subscription, None)
        return answer if seen is None else resumed(answer)
    try:
        event = get_event(table, connection["guild_id"], event_id, roster=seen is not None)
    except NotFound:
        connections.unsubscribe(table, connection["guild_id"], connection_id)
        raise
    answer = _answer("subscribed", subscription, event_version(event.version, event.seq))
    return answer if seen is None else resumed(answer, event, seen)


def renew(table: Table, discord: Discord, connection_id: str, now: datetime) -> dict[str, Any]:
    """Renew a connection's subscription for a minute after a look at its rights; returns the answer to send.

    Raises `Unauthenticated` or `NotFound` when the session or the membership is over: then the subscription is, too.
    """
    connection = _connection(table, connection_id)
    before = connections.get_subscription(table, connection["guild_id"], connection_id)
    if before is None:
        raise Conflict("This connection has no subscription to renew. Send subscribe.", code="not_subscribed")
    try:
        member = _member(table, discord, connection, now)
    except Unavailable:
        raise
    except AttendanceError:
        connections.unsubscribe(table, connection["guild_id"], connection_id)
        raise
    subscription = _subscription(connection, connection_id, before.event_id, member, now)
    connections.subscribe(table, subscription)
    return _answer("pong", subscription, None)


class Listeners:
    """Who listens, read once a guild: right for changes that were all made before the first look."""

    def __init__(self, table: Table, now: datetime) -> None:
        self._table = table
        self._now = now
        self._known: dict[str, list[Subscription]] = {}

    def of(self, guild_id: str) -> list[Subscription]:
        """Return the guild's subscriptions that are alive."""
        if guild_id not in self._known:
            self._known[guild_id] = connections.listening(self._table, guild_id, self._now)
        return self._known[guild_id]

    def forget(self, guild_id: str, gone: Collection[str]) -> None:
        """Remove connections that are gone for good."""
        if gone:
            connections.forget_all(self._table, guild_id, gone)
            self._known[guild_id] = [one for one in self.of(guild_id) if one.connection_id not in gone]


def push_change(listeners: Listeners, sockets: Sockets, guild_id: str, message: Mapping[str, Any]) -> int:
    """Send a change (`type`, `event_id`, `version`, `data`) to whoever listens; returns how many it was sent to.

    Each listener is sent what their rights allow; connections that are gone are forgotten. Never call this from inside
    $connect: API Gateway knows the connection only afterwards.
    """
    by_text: dict[str, list[str]] = defaultdict(list)
    for subscription in listeners.of(guild_id):
        text = text_for(subscription, message)
        if text is not None:
            by_text[text].append(subscription.connection_id)
    sent = 0
    for text, connection_ids in by_text.items():
        gone = sockets.push(connection_ids, text)
        listeners.forget(guild_id, gone)
        sent += len(connection_ids) - len(gone)
    return sent


def _connection(table: Table, connection_id: str) -> Item:
    connection = connections.get(table, connection_id)
    if connection is None:
        raise Unauthenticated("This connection is not known (any more). Get a new ticket and connect again.")
    return connection


def _member(table: Table, discord: Discord, connection: Item, now: datetime) -> Member:
    session = sessions.get(table, connection["family"])
    if session is None or now >= session.ends_at:
        raise Unauthenticated(SIGNED_OUT, code="session_over")
    return member_of(table, discord, connection["guild_id"], connection["user_id"], now)


def _subscription(
    connection: Item, connection_id: str, event_id: str | None, member: Member, now: datetime
) -> Subscription:
    return Subscription(
        guild_id=connection["guild_id"],
        connection_id=connection_id,
        user_id=connection["user_id"],
        event_id=event_id,
        capabilities=member.capabilities,
        ends_at=now + SUBSCRIPTION_LIFETIME,
    )


def _answer(kind: str, subscription: Subscription, version: int | None) -> dict[str, Any]:
    return {
        "type": kind,
        "guild_id": subscription.guild_id,
        "event_id": subscription.event_id,
        "version": version,
        "data": {"valid_for": int(SUBSCRIPTION_LIFETIME.total_seconds())},
    }
