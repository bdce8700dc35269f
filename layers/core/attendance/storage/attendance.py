"""Evidence and verdicts in the table.

Evidence entries are append-only. Beside them each member of an event has one attendance item with the deciding entry;
it carries a `version`, so two entries stored at once cannot overwrite each other's verdict. Where everything observed was
taken back, the item stays, `unmarked`, for its version's sake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.verdict import Evidence, in_order
from attendance.storage import keys
from attendance.storage.table import ABSENT, Put
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.domain.marking import Step
    from attendance.storage.table import Table
    from attendance.storage.values import Item


COLUMNS = ("entry_id", "user_id", "source", "by", "observed_at", "note", "seen_at")
"""What `entry_from_item` reads beyond what an event's attributes are called too (`status`, `version`)."""


class State(NamedTuple):
    """What decides about a member, None when nothing does, and the version of the item that says so (0: there is none)."""

    decision: Evidence | None = None
    version: int = 0


def _entry_to_item(entry: Evidence) -> Item:
    return {
        "entry_id": entry.entry_id,
        "user_id": entry.user_id,
        "status": entry.status,
        "source": entry.source,
        "by": entry.by,
        "observed_at": keys.stamp(entry.at),
        "note": entry.note or None,
        "seen_at": keys.stamp(entry.seen_at) if entry.seen_at else None,
        "takes_back": list(entry.takes_back) or None,
    }


def entry_from_item(item: Item) -> Evidence:
    """Return the entry that an evidence item is, or that an attendance item was decided by."""
    return Evidence(
        entry_id=item["entry_id"],
        user_id=item["user_id"],
        status=item["status"],
        source=item["source"],
        by=item["by"],
        at=keys.moment(item["observed_at"]),
        note=item.get("note") or "",
        takes_back=tuple(item.get("takes_back", ())),
        seen_at=keys.moment(item["seen_at"]) if item.get("seen_at") else None,
    )


def state_from_item(item: Item | None) -> State:
    """Return what an attendance item says; None: there is none."""
    if item is None:
        return State()
    return State(None if item["status"] == "unmarked" else entry_from_item(item), item["version"])


def put_evidence(event: Event, entry: Evidence) -> Put:
    """Return the write that appends an entry; its condition fails when the entry is there already."""
    key = keys.evidence(event.guild_id, event.event_id, entry.user_id, entry.entry_id)
    return Put({**key._asdict(), "entity": "evidence", **_entry_to_item(entry)})


def put_attendance(
    event: Event, decision: Evidence, version: int, actor: Actor, now: datetime, *, added: Evidence
) -> Put:
    """Return the write that makes `decision` the verdict; `version` is one above the item that was read (0: none).

    `added` is the entry that joins the ledger with it. Where another one decides all the same, it is `passed_over`: so the
    audit log tells what was done even when it changes no verdict.
    """
    item = {
        **keys.attendance(event.guild_id, event.event_id, decision.user_id)._asdict(),
        "entity": "attendance",
        "guild_id": event.guild_id,
        "event_id": event.event_id,
        "title": event.title,
        "game": event.game,
        "starts_at": keys.stamp(event.starts_at),
        "version": version,
        "gsi2pk": keys.member_history(event.guild_id, decision.user_id),
        "gsi2sk": keys.by_start(event.starts_at, event.event_id),
        "touched": touched(actor, now),
        "passed_over": None if added == decision else _passed_over(added),
        **_entry_to_item(decision),
    }
    return Put(item, ABSENT if version == 1 else "#version = :before", {} if version == 1 else {":before": version - 1})


def past_marks(event: Event, entries: Iterable[Evidence], actor: Actor, now: datetime) -> list[Put]:
    """Return the writes of entries that are the only ones of their members at an event that is not there yet.

    They have no condition: what a broken-off attempt left is written again. They are quiet.
    """
    marks = [(put_evidence(event, one), put_attendance(event, one, 1, actor, now, added=one)) for one in entries]
    return [Put(put.item | {"quiet": True}, condition=None) for pair in marks for put in pair]


def _passed_over(entry: Evidence) -> Item:
    told = {"entry_id": entry.entry_id, "status": entry.status, "source": entry.source, "by": entry.by}
    return told | ({"takes_back": list(entry.takes_back)} if entry.takes_back else {})


def put_step(event: Event, step: Step, version: int, actor: Actor, now: datetime) -> list[Put]:
    """Return the two writes of one more entry and the verdict after it; `version` is that of the verdict before."""
    verdict = step.decision or step.entry
    return [put_evidence(event, step.entry), put_attendance(event, verdict, version + 1, actor, now, added=step.entry)]


def entries(table: Table, guild_id: str, event_id: str, user_id: str) -> list[Evidence]:
    """Return the ledger of one member at an event, the oldest entry first."""
    prefix = keys.evidence(guild_id, event_id, user_id, "").sk
    return in_order(map(entry_from_item, table.query_all(keys.event_items(guild_id, event_id), prefix=prefix)))


def entries_of(table: Table, guild_id: str, event_id: str, user_ids: Sequence[str]) -> dict[str, list[Evidence]]:
    """Return the ledgers of some members at an event, each the oldest entry first.

    Of several it is one query over all who lie between them, at most the whole event: pages, not a request a member.
    """
    found: dict[str, list[Evidence]] = {user_id: [] for user_id in user_ids}
    if found:
        first, last = (keys.evidence(guild_id, event_id, one, "").sk for one in (min(found), max(found)))
        for item in table.query_all(keys.event_items(guild_id, event_id), between=(first, last + "~")):
            if item["user_id"] in found:
                found[item["user_id"]].append(entry_from_item(item))
    return {user_id: in_order(ledger) for user_id, ledger in found.items()}


def states(table: Table, guild_id: str, event_id: str) -> dict[str, State]:
    """Return what decides about every member of an event who has an attendance item."""
    items = table.query_all(keys.event_items(guild_id, event_id), prefix=keys.ATTENDANCE)
    return {item["user_id"]: state_from_item(item) for item in items}


def is_on_record(table: Table, guild_id: str, event_id: str) -> bool:
    """Whether anybody was observed at an event; one request."""
    return bool(table.query(keys.event_items(guild_id, event_id), prefix=keys.ATTENDANCE, limit=1).items)


def ledgers(table: Table, guild_id: str, event_id: str) -> dict[str, list[Evidence]]:
    """Return the entries of every member of an event."""
    found: dict[str, list[Evidence]] = {}
    for item in table.query_all(keys.event_items(guild_id, event_id), prefix=keys.EVIDENCE):
        found.setdefault(item["user_id"], []).append(entry_from_item(item))
    return found


def decisions(table: Table, guild_id: str, event_id: str) -> dict[str, Evidence]:
    """Return the deciding entry of every member observed at an event."""
    items = table.query_all(keys.event_items(guild_id, event_id), prefix=keys.ATTENDANCE)
    return {item["user_id"]: entry_from_item(item) for item in items if item["status"] != "unmarked"}
