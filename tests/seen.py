"""Everything that a world holds in the end, without what may differ after a fault: when it was done, under which ids."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from attendance.storage import sheets
from attendance.storage.values import item_from_wire

if TYPE_CHECKING:
    from attendance.storage.values import Item
    from tests.faulty_world import World

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z|attendance-\d{8}-\d{6}")
_OF_THE_MOMENT = frozenset(
    {
        "expires_at", "begun_at", "first_at", "unverified", "lease", "pending", "pending_at", "drawn_by", "drawn_until",
        "thread_by", "thread_until", "scheduled_event_by", "scheduled_event_until", "problem_at", "file_key", "file_name",
        "lease_until", "held_by", "entry_id", "thread_mark", "scheduled_event_mark",
        "request", "untried",
    }
)  # fmt: skip
"""Attributes that say when and by whom something was done, not what."""
_MEANT = frozenset({"starts_at", "ends_at"})
"""Moments that are what it is about."""
_TRANSIENT = frozenset({"discord_limit", "line"})
_UNDER_WAY = frozenset({"queued", "running"})
_PLANNED_LATER = frozenset({"settle", "offer_ends", "absence", "extend", "presence", "clear"})
"""What is due some time after it was asked for."""


_ID = re.compile(r"\b[0-9a-hjkmnp-tv-z]{16}\b")
_EPOCH = re.compile(r"\b1796\d{6}\b")


def everything(world: World, *, timely: bool = False) -> Counter[str]:
    """Every item of the table and all that people, dashboards and subscribers were shown, each as often as it is there.

    `timely`: what is asked has an end that is counted from when it was asked, and ids of its own by that end.
    """
    plain = _Plain(
        {one.id for one in world.discord.messages} | {*world.discord.threads, *world.discord.scheduled}, timely
    )
    found: list[tuple[str, Any]] = [
        ("item", _kept(item, plain))
        for item in map(item_from_wire, world.dynamodb.items())
        if item["entity"] not in _TRANSIENT
    ]
    found = [one for one in found if not _is_way_of_a_report(one[1])]
    found = _once(found, "erased")  # that somebody is gone may be remembered twice
    found += [("message", [one.channel_id, plain(one.body)]) for one in world.discord.messages]
    found += [
        (name, plain(one))
        for name in ("threads", "scheduled", "interactions")
        for one in getattr(world.discord, name).values()
    ]
    found += [("dead letter", body) for queue in world.queues.values() for body in queue.dead]
    # What comes again is known by its version and is told apart by nothing else.
    pushed = [message for _, message in world.sockets.pushed if not _is_step_of_a_report(message)]
    found += [("socket", text) for text in {_told(plain(message)) for message in pushed}]
    found += [("subscriber", text) for text in {_told(plain(one)) for one in world.posted}]
    return Counter(f"{kind} {json.dumps(what, sort_keys=True)}" for kind, what in found)


def _is_way_of_a_report(item: Item) -> bool:
    """Whether it is on record that a report was begun, or begun anew by who found its worker dead."""
    of_report = item["entity"] == "audit" and item["of"] == "report"
    return of_report and item["after"].get("status") in _UNDER_WAY and item["surface"] == "system"


def _is_step_of_a_report(message: dict[str, Any]) -> bool:
    return message["type"] == "report.changed" and message["data"]["status"] in _UNDER_WAY


def _once(found: list[tuple[str, Any]], entity: str) -> list[tuple[str, Any]]:
    """The same with what differs from others of its kind by its moment alone there once."""
    seen: list[Any] = []
    for _, item in [one for one in found if one[1]["entity"] == entity]:
        if item not in seen:
            seen.append(item)
    return [one for one in found if one[1]["entity"] != entity] + [("item", item) for item in seen]


@dataclass(frozen=True)
class _Plain:
    """Takes out of a value what differs with when it was made."""

    made: set[str]
    timely: bool

    def __call__(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self(name): self(inner) for name, inner in value.items() if name not in _OF_THE_MOMENT}
        if isinstance(value, list | tuple):
            return [self(inner) for inner in value]
        if not isinstance(value, str):
            return value if isinstance(value, bool | int | None) else str(value)
        for one in self.made:
            value = value.replace(one, "<made>")
        if self.timely:
            value = _EPOCH.sub("<moment>", _ID.sub("<id>", value))
        return _STAMP.sub("@", value)


def _kept(item: Item, plain: _Plain) -> Item:
    """What of an item has to be the same."""
    kept: Item = plain(item) | {name: item[name] for name in _MEANT & item.keys()}
    match item["entity"]:
        case "audit":
            kept["sk"] = ""
        case "webhook_delivery":  # what a subscriber does not confirm is tried again under the same id
            kept = {"entity": "webhook_delivery", "answer": item["answer"], "told": _told(kept["message"])}
        case "due" if item["kind"] not in _PLANNED_LATER:
            kept["due_at"] = item["due_at"]
        case "report":
            kept.pop("version")
            kept.pop("attempts", None)  # how often it was begun
        case "sheet":
            kept.pop("marks")
            kept["rows"] = [str(replace(row, at=None)) for row in sheets.from_item(item).rows]
    return kept


def _told(message: dict[str, Any]) -> str:
    """What is told of a change; a report that two workers took up has one version more."""
    version = None if message["type"].startswith("report") else message["version"]
    return json.dumps(message | {"version": version, "id": "", "at": ""}, sort_keys=True)


def shown(expected: Counter[str], found: Counter[str]) -> str:
    """What is missing and what is too much, in few words."""
    missing, extra = expected - found, found - expected
    return "".join(
        f"\n   {word} {text[:600]}" for word, texts in (("lacks", missing), ("extra", extra)) for text in texts
    )
