"""What is kept of a member in a guild, collected for them: the content of their own file.

`EXPORTED` and `LEFT_OUT` name every kind of item that there is: a kind in neither is a test's failure. Of an event's
partition only the member's own items are read, so that a year of a large guild takes seconds. What others wrote of themselves
is not theirs: who marked them is said as `by_you` or not, and entries of the audit log about others show what was changed, not to what.
"""

from __future__ import annotations

from itertools import batched
from typing import TYPE_CHECKING, Any

from attendance.domain.choice import decode, is_away
from attendance.domain.own_data import FORMAT, VERSION
from attendance.storage import keys, sheets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from attendance.storage.table import Table
    from attendance.storage.values import Item

EXPORTED = {
    "access": "rights", "absence": "absences", "attendance": "attendance", "audit": "audit", "character": "characters",
    "correction": "corrections", "direct": "notifications", "event": "sign_ups", "evidence": "evidence",
    "feed": "calendar_feeds", "key": "api_keys", "member": "member", "note": "sign_ups", "own_zone": "zone",
    "report": "reports", "session": "sessions", "session_of_user": "sessions", "sheet": "closed_events", "webhook": "webhooks",
}  # fmt: skip
"""Which part of the file an item's entity is in."""
LEFT_OUT = {
    "asked": "the hash of a request, for a day",
    "away": "a copy of the absences",
    "batch": "each row of it is evidence of its member, and that it was made is in the audit log",
    "bot_gone": "about the server, for minutes",
    "call": "what an officer told an event's members; that they did is in the audit log",
    "called": "when an event's members were told something last",
    "card": "where an event's message is",
    "code": "lives for a minute",
    "code_tries": "how often a code was typed: numbers of requests, for a day",
    "connection": "an open window of the dashboard",
    "delivery": "that a message was sent",
    "discord_limit": "about Discord",
    "due": "what the bot does next",
    "erased": "names nobody",
    "erasure": "who asks to be erased is not exported any more",
    "guild": "about the server",
    "guilds_of_user": "Discord's own list of a person's servers, as of their last sign-in",
    "joined": "that two reports were one",
    "key_by_hash": "a copy of the key's entry",
    "limit": "counts requests for a minute",
    "line": "about Discord",
    "mark": "as a batch",
    "member_list": "Discord's own list of the server's members, for a minute",
    "notice": "counts of messages that stand in Discord",
    "nudged": "that a message was sent, for a day after the event",
    "own_export": "the request for this very file",
    "preset": "about the server; that somebody made it is in the audit log",
    "prompt": "the question under a message that stands in Discord",
    "departure": "about the server",
    "replay": "that webhooks were sent again; that somebody asked is in the audit log",
    "reporting": "which report is being made",
    "restoration": "about the table",
    "series": "about the server; that somebody made it is in the audit log",
    "settings": "about the server",
    "shape": "about the table",
    "state": "lives for minutes",
    "stats": "a question that is answered within minutes and forgotten in a day",
    "subscription": "an open window of the dashboard",
    "ticket": "lives for seconds",
    "voice_sample": "what counts of it is evidence",
    "waiting": "a message that is about to be sent, and says only what is in the other parts",
    "webhook_delivery": "what was told to the server's subscribers, for two weeks",
}
"""Why other entities are in no part of it."""

_OWN: dict[str, tuple[str, tuple[str, ...]]] = {
    "absence": ("user_id", ("absence_id", "starts_at", "ends_at", "zone", "reason", "past", "announced_at", "removed_at")),
    "access": ("user_id", ("name", "owner", "permissions", "role_ids", "read_at")),
    "character": ("user_id", ("name", "game", "role")),
    "correction": (
        "user_id",
        ("event_id", "title", "starts_at", "wish", "words", "requested_at", "status", "decision", "answer", "decided_at"),
    ),
    "direct": ("user_id", ("muted", "dm_closed_until")),
    "key": ("created_by", ("name", "scopes", "created_at", "removed_at")),
    "member": ("user_id", ("name", "met_at", "joined_at", "seen_at")),
    "report": ("requested_by", ("job_id", "format", "requested_at", "status", "selection", "finished_at", "row_count")),
    "webhook": ("created_by", ("webhook_id", "active")),
}  # fmt: skip
"""Of items that belong to one member: the attribute that says whose it is, and what is shown of it."""
_ONE = ("access", "direct", "member")
_EVENT = ("event_id", "title", "game", "starts_at")
_EVIDENCE = ("status", "source", "observed_at", "note", "takes_back")
_WHOLE_ENTRIES = ("absence", "character", "correction")


def own_data(table: Table, guild_id: str, user_id: str, now: datetime) -> dict[str, Any]:
    """Return all that is kept of a member in a guild, and of the person behind it, as plain values."""
    lists = sorted({section for entity, section in EXPORTED.items() if entity not in _ONE} - {"zone"})
    found: dict[str, Any] = dict.fromkeys(("member", "zone", "notifications", "rights")) | {name: [] for name in lists}
    about: dict[str, Item] = {}
    for item in table.query_all(keys.guild(guild_id)):
        _note(found, about, item, user_id)
    for events in batched(about.values(), 25, strict=False):
        _add_answers(table, found, guild_id, user_id, events)
    for entry in table.query_all(keys.audit_of(guild_id)):
        if entry["actor_id"] == user_id:
            found["audit"].append(_entry(entry))
    _add_person(table, found, guild_id, user_id)
    header = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": keys.stamp(now),
        "guild_id": guild_id,
        "user_id": user_id,
    }
    return header | found


def _note(found: dict[str, Any], about: dict[str, Item], item: Item, user_id: str) -> None:
    """Add what one of the guild's own items has of the member, and note the events to look into."""
    entity = str(item.get("entity"))
    if entity == "event":
        about[item["event_id"]] = {name: item[name] for name in _EVENT if name in item} | _answer(item, user_id)
    elif entity == "sheet":
        about.setdefault(item["event_id"], _shown(item, _EVENT))
        found["closed_events"] += _row(item, user_id)
    elif entity in _OWN and item.get(_OWN[entity][0]) == user_id:
        shown = _shown(item, _OWN[entity][1])
        if entity in _ONE:
            found[EXPORTED[entity]] = shown
        else:
            found[EXPORTED[entity]].append(shown)


def _shown(item: Item, names: tuple[str, ...]) -> Item:
    return {name: item[name] for name in names if item.get(name) is not None}


def _answer(event: Item, user_id: str) -> Item:
    said = event.get("choices", {}).get(user_id)
    if said is None:
        return {"invited": True} if user_id in event.get("invited", ()) else {}
    choice = decode(said)
    answer = {"answer": choice.answer, "roles": list(choice.roles), "late_minutes": choice.late_minutes}
    place, pin = event.get("places", {}).get(user_id), event.get("pins", {}).get(user_id)
    return answer | {"by_absence": is_away(said), "place": place} | ({"seated_by_officer": pin} if pin else {})


def _row(item: Item, user_id: str) -> list[Item]:
    names = ("answer", "role", "late_minutes", "status", "source", "on_leave", "early", "discord_roles")
    return [
        _shown(item, _EVENT) | {name: getattr(row, name) for name in names}
        for row in sheets.from_item(item).rows
        if row.user_id == user_id
    ]


def _add_answers(table: Table, found: dict[str, Any], guild_id: str, user_id: str, about: tuple[Item, ...]) -> None:
    """Add what stands under some events: sign-ups with their notes, verdicts, evidence."""
    wanted = [keys.attendance(guild_id, event["event_id"], user_id) for event in about]
    wanted += [keys.note(guild_id, event["event_id"], user_id) for event in about]
    items = table.get_many(wanted)
    for event, verdict, note in zip(about, items[: len(about)], items[len(about) :], strict=True):
        facts = _shown(event, _EVENT)
        if "answer" in event or "invited" in event or note:
            found["sign_ups"].append(event | ({"note": note["text"]} if note else {}))
        if verdict:
            found["attendance"].append(facts | _shown(verdict, _EVIDENCE))
            found["evidence"] += [facts | one for one in _evidence(table, guild_id, event["event_id"], user_id)]


def _evidence(table: Table, guild_id: str, event_id: str, user_id: str) -> Iterator[Item]:
    partition, prefix = keys.event_items(guild_id, event_id), f"{keys.EVIDENCE}{user_id}#"
    for item in table.query_all(partition, prefix=prefix):
        yield _shown(item, _EVIDENCE) | {"by_you": item.get("by") == user_id}


def _entry(entry: Item) -> Item:
    shown = _shown(entry, ("at", "surface", "of", "subject"))
    if entry["of"] in _WHOLE_ENTRIES:
        return shown | {"before": entry["before"], "after": entry["after"]}
    return shown | {"changed": sorted(entry["before"].keys() | entry["after"].keys())}


def _add_person(table: Table, found: dict[str, Any], guild_id: str, user_id: str) -> None:
    """Add what is a person's own in no guild or this one."""
    for item in table.query_all(keys.own_items(user_id)):
        match item.get("entity"):
            case "own_zone":
                found["zone"] = item["zone"]
            case "feed" if item["guild_id"] == guild_id:
                found["calendar_feeds"].append(_shown(item, ("kind", "made_at", "locale")))
            case "session_of_user":
                session = table.get(keys.session(item["family"]))
                if session:
                    found["sessions"].append(_shown(session, ("created_at", "rotated_at", "client")))
