"""Erasing a member of a guild: asked for by themselves, done by the minute sweep in steps, as upkeep.

    asked ──► walk, walk again ... until a walk finds nothing ──► a last walk SETTLED_AFTER the last change ──► forgotten whom

That somebody is erased is in a bucket of its own before anything goes, so that a table lost since can be told again. A step
ends after so many changes or items, and the next begins where it was. What was under way when they asked (a click, a change
on the stream, a message that is sent again) has arrived by the last walk. Events that have not begun lose the sign-up as if
the member had left, so that whoever waits moves up. The guild's report files go, whomever they name: they are made anew on
demand.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.actor import system
from attendance.domain.erasure import Erasure, digest_of, pseudonym_of
from attendance.domain.ids import derive
from attendance.domain.own_data import own_files
from attendance.storage import connections, dues, erasing, erasures, events, keys, sessions, whole
from attendance.storage.table import ConditionFailed, Delete
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.due import Due
    from attendance.ports import Buckets
    from attendance.storage.table import Table
    from attendance.storage.values import Item

SETTLED_AFTER = timedelta(minutes=15)
MAX_CHANGES, MAX_READ = 300, 10_000
"""So many items a sweep changes, or reads, for one erasure, and leaves the rest for the next: seconds of its 40."""


def ask_to_erase(table: Table, guild_id: str, actor: Actor, now: datetime) -> str:
    """Let the sweep erase the actor from a guild, and return the erasure's id; the same request again is the same erasure."""
    erasure_id = derive("erasure", guild_id, actor.user_id, actor.request_id)
    erasures.begin(
        table,
        Erasure(
            guild_id=guild_id,
            erasure_id=erasure_id,
            user_id=actor.user_id,
            pseudonym=pseudonym_of(secrets.token_bytes(8)),
            requested_at=now,
        ),
    )
    return erasure_id


def go_on_erasing(table: Table, buckets: Buckets, due: Due, now: datetime) -> None:
    """Do the next step of an erasure, and make what is left of it due again. Safe to repeat after a crash at any point."""
    erasure = erasures.get(table, due.guild_id, due.event_id)
    if erasure is None:
        return
    if erasure.position is None:
        erasure = replace(erasure, began_at=now, changed=False)
        _remember(buckets, erasure, erasure.requested_at)
        _forget_person(table, erasure.guild_id, erasure.user_id)
        buckets.files().remove_all(own_files(erasure.guild_id, erasure.user_id))
    erasure = _walked(table, buckets, erasure, now)
    settles_at = erasure.settles_at or erasure.requested_at + SETTLED_AFTER
    at = now + timedelta(seconds=1)
    if erasure.position is None and not erasure.changed:
        if erasure.began_at and erasure.began_at >= settles_at:
            _remember(buckets, erasure, now)
            erasures.end(table, erasure, now)
            log().info("member_erased", extra={"erasure_id": erasure.erasure_id})
            return
        at = max(at, settles_at)
    erasures.note_position(table, erasure)
    dues.rearm(table, due, at)


def _walked(table: Table, buckets: Buckets, erasure: Erasure, now: datetime) -> Erasure:
    """Take the member out of so many items, and return how far that came; at the end of the guild there is no position."""
    changed, position = 0, None
    after = whole.Position(*erasure.position) if erasure.position else None
    for count, (at, item) in enumerate(whole.walk(table, erasure.guild_id, after), 1):
        if item.get("entity") == "report" and item.get("file_key"):
            buckets.files().remove_all(item["file_key"])
        for found in _with_it(table, item, erasure):
            changed += erasing.write(table, found, erasure)
        changed += _withdraw(table, item, erasure, now)
        if changed >= MAX_CHANGES or count >= MAX_READ:
            position = at
            break
    if changed:
        erasure = replace(erasure, changed=True, settles_at=now + SETTLED_AFTER)
    return replace(erasure, position=position)


def _remember(buckets: Buckets, erasure: Erasure, at: datetime) -> None:
    key = f"{erasure.guild_id}/{keys.stamp(at)}/{digest_of(erasure.guild_id, erasure.user_id)}"
    buckets.erasure_records().store(key, [b"erased\n"], content_type="text/plain", file_name="erased.txt")


def _with_it(table: Table, item: Item, erasure: Erasure) -> Iterator[Item]:
    """Yield an item and what stands elsewhere for it; what is theirs alone goes on the way."""
    guild_id, user_id = erasure.guild_id, erasure.user_id
    match item.get("entity"):
        case "key":
            by_hash = table.get(keys.api_key_by_hash(item["digest"]))
            yield from [by_hash] if by_hash else []
        case "subscription" if item["user_id"] == user_id:
            connections.forget(table, guild_id, item["sk"])
        case "event":
            missed = derive("prompt", "missed", guild_id, item["event_id"], user_id)
            table.delete(Delete(keys.prompt(missed)))
    yield item


def _forget_person(table: Table, guild_id: str, user_id: str) -> None:
    """End their sessions and remove what is theirs in no guild or this one: zone, guilds, requests, calendar feeds."""
    sessions.end_all(table, user_id)
    for item in table.query_all(keys.own_items(user_id)):
        if item.get("entity") == "feed":
            if item["guild_id"] != guild_id:
                continue
            table.delete(Delete(keys.feed(item["digest"])))
        table.delete(Delete(keys.Key(item["pk"], item["sk"])))


def _withdraw(table: Table, item: Item, erasure: Erasure, now: datetime) -> bool:
    """Give back the seat at an event that has not begun; True where there was one. Whoever moves up is told as always."""
    if item.get("entity") != "event" or item["status"] != "open" or item["starts_at"] <= keys.stamp(now):
        return False
    event = events.get(table, erasure.guild_id, item["event_id"])
    if event is None or erasure.pseudonym not in event.choices:
        return False
    after = replace(
        event,
        places=_without(event.places, erasure.pseudonym),
        choices=_without(event.choices, erasure.pseudonym),
        pins=_without(event.pins, erasure.pseudonym),
    )
    actor = system(f"erasure/{erasure.erasure_id}/{event.event_id}")
    with suppress(ConditionFailed):  # somebody clicked at this moment: the next walk tries again
        events.seat(table, event, after, erasure.pseudonym, actor, now)
    return True


def _without[Said](by_member: Mapping[str, Said], user_id: str) -> dict[str, Said]:
    return {one: value for one, value in by_member.items() if one != user_id}
