"""Telling members that they are absent from an event they said they would come to, and what officers decided about it.

    sheet made, or somebody newly absent ─► a minute and a half later ─► one message for each who is absent still
    request decided                      ─► the member who asked is told

The wait is longer than a sheet takes to settle, so nobody is told of an absence that a check-in under way disproves. Who
was told once of an event is not told again when it is reopened and closed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attendance.discord import notices
from attendance.domain.ids import derive
from attendance.domain.sheet import missed_by
from attendance.services.telling import tell
from attendance.storage import corrections, events, guilds, keys, prompts, sheets
from attendance.storage.prompts import Prompt
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.ports import Discord, Queue
    from attendance.storage.table import Table

SETTLED_AFTER = timedelta(seconds=90)
ANSWER_WITHIN = timedelta(days=7)
"""How long the buttons work; an event that ended before that is nobody's news any more."""


def find_missed(table: Table, queue: Queue, message: Mapping[str, Any], now: datetime) -> float | None:
    """Queue a message for each member who missed the event; returns the seconds to wait until the sheet is settled."""
    guild_id, event_id = message["guild_id"], message["event_id"]
    event = events.get(table, guild_id, event_id, roster=False)
    sheet = sheets.get(table, event) if event is not None and event.status == "closed" else None
    if event is None or sheet is None or now - event.ends_at > ANSWER_WITHIN:
        log().info("missed_dropped", extra={"event_id": event_id, "reason": "it is open again, or long past"})
        return None
    if now < sheet.made_at + SETTLED_AFTER:
        return (sheet.made_at + SETTLED_AFTER - now).total_seconds()
    if not guilds.get_settings(table, guild_id).missed_message:
        log().info("missed_dropped", extra={"event_id": event_id, "reason": "the server does not want it"})
        return None
    reference = {"v": 1, "kind": "missed_by", "guild_id": guild_id, "event_id": event_id}
    queue.send_all({**reference, "user_id": user_id} for user_id in sorted(missed_by(sheet.rows)))
    return None


def tell_missed(table: Table, discord: Discord, message: Mapping[str, Any], now: datetime) -> None:
    """Tell one member that they are absent, with buttons to object; raises what `Discord.call` raises."""
    guild_id, event_id, user_id = message["guild_id"], message["event_id"], message["user_id"]
    event = events.get(table, guild_id, event_id, roster=False)
    sheet = sheets.get(table, event) if event is not None and event.status == "closed" else None
    if event is None or sheet is None or user_id not in missed_by(sheet.rows):
        log().info("missed_dropped", extra={"event_id": event_id, "reason": "it is not so any more"})
        return
    prompt_id = derive("prompt", "missed", guild_id, event_id, user_id)
    until = event.ends_at + ANSWER_WITHIN
    prompts.keep(
        table,
        Prompt(
            prompt_id=prompt_id, kind="missed", guild_id=guild_id, event_id=event_id, user_id=user_id,
            until=max(until, now + timedelta(days=1)),
        ),
    )  # fmt: skip

    def body(reference: str, in_channel: bool) -> dict[str, Any]:  # noqa: FBT001 - as `tell` calls it
        return notices.missed(event, user_id, prompt_id, reference, in_channel=in_channel)

    tell(
        table,
        discord,
        event,
        user_id,
        derive("missed", event_id),
        body,
        now,
        topic="missed",
        noted_as=("missed", keys.stamp(event.ends_at)),
    )


def tell_decided(table: Table, discord: Discord, message: Mapping[str, Any], now: datetime) -> None:
    """Tell a member, directly and nowhere else, what officers decided about their request."""
    done = corrections.get(table, message["guild_id"], message["correction_id"])
    event: Event | None = events.get(table, message["guild_id"], message["event_id"], roster=False)
    if done is None or event is None or done.status == "open" or done.version != message["version"]:
        log().info("decision_dropped", extra={"correction_id": message["correction_id"]})
        return

    def body(reference: str, _in_channel: bool) -> dict[str, Any]:  # noqa: FBT001 - as `tell` calls it
        return notices.decided(done, event, reference)

    key = derive("decided", done.correction_id, str(done.version))
    tell(table, discord, event, done.user_id, key, body, now, in_channel_too=False)
