"""Webhook events: what Discord tells an app that has no Gateway connection.

Every event is acknowledged; Discord would send it again otherwise and stop in the end. Only an installation in a guild
changes something here: a sign-in on the dashboard is an authorisation too (without a guild), and a deauthorisation
names a user, never a guild. https://discord.com/developers/docs/events/webhook-events
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from attendance.domain.ids import is_snowflake
from attendance.errors import Unavailable
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Mapping

_EVENT = 1
_NO_CONTENT, _TRY_AGAIN = 204, 503


def receive(payload: Mapping[str, Any]) -> int:
    """Act on one verified webhook event and return the status to answer: 503 where Discord should send it again."""
    event = payload.get("event")
    if payload.get("type") != _EVENT or not isinstance(event, dict) or event.get("type") != "APPLICATION_AUTHORIZED":
        return _NO_CONTENT
    data, at = event.get("data"), _moment(event.get("timestamp"))
    guild = data.get("guild") if isinstance(data, dict) else None
    if at is None or not isinstance(data, dict) or not isinstance(guild, dict) or not _id(guild.get("id")):
        return _NO_CONTENT
    try:
        _installed(guild, data.get("user"), at)
    except Unavailable:
        log().warning("installation_not_noted", extra={"guild_id": guild["id"]})
        return _TRY_AGAIN
    return _NO_CONTENT


def _installed(guild: Mapping[str, Any], user: object, at: datetime) -> None:
    from attendance import wiring
    from attendance.domain.actor import Actor
    from attendance.services.installations import note_installation

    by = user if isinstance(user, dict) else {}
    actor = Actor(
        user_id=_id(by.get("id")) or "system",
        name=_name(by.get("global_name")) or _name(by.get("username")),
        surface="discord",
        request_id=f"installed-{guild['id']}-{int(at.timestamp() * 1000)}",
    )
    name, channel_id = _name(guild.get("name")), _id(guild.get("system_channel_id"))
    locale = _name(guild.get("preferred_locale"))
    note_installation(wiring.table(), guild["id"], actor, at, name=name, channel_id=channel_id, locale=locale)


def _name(value: object) -> str:
    return " ".join(value.split())[:100] if isinstance(value, str) else ""


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and is_snowflake(value) else None


def _moment(text: object) -> datetime | None:
    """Return the moment of an event; Discord writes it in UTC without saying so."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        return moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
