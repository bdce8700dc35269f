"""What follows from one change of the table: a pure function of the item before and after.

    event made                     card posted
    seats to keep or to offer      they are settled; who is offered one is asked, directly
    members invited                they are mentioned, once
    event changed                  card redrawn; who moved up from the waiting list, or lost a seat, is told;
                                   notes of sign-ups that are gone are removed
    event moved                    the same; who signed up is told once no other edit follows, in the channel
    event cancelled                card redrawn; who signed up is told, in the channel
    officer asks to call members   a worker shows them who would be told
    officer calls members          they are told
    event deleted                  card removed, its thread locked, its scheduled event called off
    sheet made                     it is completed with what Discord tells of the members
    sheet made, somebody newly absent  they are told, with buttons to object
    correction asked for           officers are told, once for all who ask within some minutes
    correction decided             the member who asked for it is told
    report queued, again too       the reports worker starts
    report got further             the members who wait for it in Discord, and sockets, see how far
    report done or failed          the members who asked for it in Discord are answered
    replay asked for               the webhooks worker sends deliveries again
    /stats asked, own data asked for  the reports worker answers it, and looks after two minutes whether it did
    guild installed                welcome
    any of these, attendance, sheets, presets, settings
                                   audit entry, the actor remembered, sockets and subscribers told

A write that leaves the marks of a change (`touched`, `version`, `seq`, `status`) as they were is bookkeeping (a token
forgotten, a batch half-way) and has no consequences. A write marked `quiet` belongs to a bulk operation: it is on record,
but nothing is posted or sent, and sockets are told to fetch again. What DynamoDB's TTL removes was over long ago, and upkeep
(`storage/upkeep.py`) is not asked about at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.domain.correction import told_at
from attendance.domain.languages import ENGLISH
from attendance.domain.roster import displaced, promoted
from attendance.domain.settling import mark_of, settling
from attendance.domain.sheet import missed_by
from attendance.services.audit_entries import audit_entry
from attendance.services.change_messages import change_message, shown_of, what_happened
from attendance.services.effects import (
    BuildReport,
    DropNote,
    Effect,
    Notify,
    Record,
    Redraw,
    Remember,
    ReplayWebhook,
    Tell,
    TellMoved,
)
from attendance.storage import events, keys, sheets

if TYPE_CHECKING:
    from attendance.domain.event import Event
    from attendance.storage.values import Item


_MARKS = ("touched", "version", "seq", "status")
_INDEX_FOLLOWS = 5
"""Seconds in which the list of open requests, an index, knows one that was made just now."""
ANSWERED_WITHIN = 120
"""Seconds after which a question that is not answered yet is taken up once more: its interaction is over in 15 minutes, before the
queue brings back what failed."""
TOLD_AFTER = 90
"""Seconds until who missed an event is told: by then its sheet has settled."""


def consequences(old: Item | None, new: Item | None, record_id: str) -> list[Effect]:
    """Return what follows from a change, in the order in which to do it; `record_id` names the stream's record.

    `old` None: the item was made; `new` None: it was removed.
    """
    item = new or old
    if item is None:
        return []
    if name := keys.QUESTIONS.get(item["entity"]):  # it changes nothing: it is answered, and nobody else hears of it
        return _of_question(old, new, name)
    if item["entity"] == "call":
        if new is None or new["status"] == "asked":  # nobody is told yet: the officer is shown who would be
            return [Notify(_about_call(new, "call_preview"))] if new and old is None else []
        old = old if old and old["status"] != "asked" else None  # what was a question until now is made now
    if old and new and all(old.get(mark) == new.get(mark) for mark in _MARKS):
        return _of_progress(old, new)
    entry = audit_entry(old or {}, new or {}, item, record_id)
    repeated = item["entity"] == "report" and entry.before == entry.after  # its worker took up again what it had taken
    effects: list[Effect] = [] if repeated else [Record(entry)]
    touched = item["touched"]
    at = keys.moment(touched["at"])
    if new and touched.get("via") in ("discord", "web"):
        joined_at = keys.moment(touched["joined"]) if "joined" in touched else None
        effects.append(Remember(item["guild_id"], touched["by"], touched["name"], at, joined_at))
    if item.get("quiet"):
        return [*effects, Tell(item["guild_id"], change_message("refetch", item, {}), outside=False, at=at)]
    if new:
        effects += _OWN.get(item["entity"], _nothing)(old, new)
    return [
        *effects,
        Tell(
            item["guild_id"],
            change_message(what_happened(old, new, item), item, shown_of(old or {}, item)),
            outside=True,
            at=at,
        ),
    ]


def _of_question(old: Item | None, new: Item | None, name: str) -> list[Effect]:
    if new is None or (old is not None and old[name] == new[name]):
        return []
    asked = {"v": 1, "kind": new["entity"], "guild_id": new["guild_id"], name: new[name]}
    asked |= {"user_id": new["user_id"]} if "user_id" in new else {}
    return [BuildReport(asked), BuildReport(asked, ANSWERED_WITHIN)]


def _nothing(_old: Item | None, _new: Item) -> list[Effect]:
    return []


def _of_event(old: Item | None, new: Item) -> list[Effect]:
    reference = {"v": 1, "guild_id": new["guild_id"], "event_id": new["event_id"]}
    invited = _invited(old, new, reference)
    if old is None:
        return [Notify({**reference, "kind": "card"}), *invited]
    if "removed_at" in new:
        return [Redraw(new["guild_id"], new["event_id"])]
    effects: list[Effect] = [Redraw(new["guild_id"], new["event_id"]), *_dropped_notes(old, new), *invited]
    if old["status"] == "open" and new["status"] == "cancelled":
        effects.append(
            Notify({**reference, "kind": "cancelled", "version": new["version"], "at": new["touched"]["at"]})
        )
    if _is_moved(old, new) and not new["touched"].get("silent"):
        before_that = (old["starts_at"], old["ends_at"])
        effects.append(
            TellMoved(new["guild_id"], new["event_id"], int(new["version"]), before_that, new["touched"]["at"])
        )
    if new["status"] == "open":
        event = events.from_item(new)
        before, after = events.from_item(old).roster(), event.roster()
        if settling(event, after, keys.moment(new["touched"]["at"])).pins:
            effects.append(Notify({**reference, "kind": "seats"}))
        effects += [Notify({**reference, "kind": "offer", **offer}) for offer in _offers(old, event)]
        # Seats move with clicks and with edits.
        change = {"seq": new["seq"], "version": new["version"], "at": new["touched"]["at"]}
        moves = [("promotion", seat) for seat in promoted(before, after)]
        moves += [("displaced", seat) for seat in displaced(before, after)]
        effects += [
            Notify({**reference, "kind": kind, "user_id": seat.user_id, **change})
            for kind, seat in moves
            if seat.user_id != new["touched"]["by"]  # they see it on the card that they clicked
        ]
    return effects


def _is_moved(old: Item, new: Item) -> bool:
    both_open = old["status"] == new["status"] == "open"
    return both_open and (old["starts_at"], old["ends_at"]) != (new["starts_at"], new["ends_at"])


def _offers(old: Item, event: Event) -> list[dict[str, Any]]:
    """Return the offers that a change made, each with its member and its end."""
    changed = [user_id for user_id, pin in event.pins.items() if old.get("pins", {}).get(user_id) != pin]
    marks = [(user_id, mark) for user_id in changed if (mark := mark_of(event, user_id))]
    return [{"user_id": user_id, "until": mark.until} for user_id, mark in marks if mark.kind == "offered"]


def _invited(old: Item | None, new: Item, reference: dict[str, Any]) -> list[Effect]:
    """Ask those who are invited and were not, as far as anybody was told of the event before."""
    asked = set() if old is None or old.get("quiet") else set(old.get("invited", ()))
    users = [user_id for user_id in new.get("invited", ()) if user_id not in asked]
    at = new["touched"]["at"]
    return (
        [Notify({**reference, "kind": "invited", "users": users, "at": at})]
        if users and new["status"] == "open"
        else []
    )


def _dropped_notes(old: Item, new: Item) -> list[Effect]:
    return [
        DropNote(new["guild_id"], new["event_id"], user_id, new["touched"]["at"])
        for user_id, said in old.get("choices", {}).items()
        if said.endswith("*") and not new.get("choices", {}).get(user_id, "").endswith("*")
    ]


def _of_call(old: Item | None, new: Item) -> list[Effect]:
    return [Notify(_about_call(new, "call"))] if old is None else []


def _about_call(new: Item, kind: str) -> dict[str, Any]:
    return {"v": 1, "kind": kind, **{name: new[name] for name in ("guild_id", "event_id", "call_id")}}


def _of_report(_old: Item | None, new: Item) -> list[Effect]:
    reference = {"v": 1, "guild_id": new["guild_id"], "job_id": new["job_id"]}
    if new["status"] == "queued":  # again, too, where no worker took it
        return [BuildReport({**reference, "kind": "report"})]
    if new["status"] in ("done", "failed") and new.get("askers"):
        return [Notify({**reference, "kind": "report_state"})]
    return []


def _of_replay(old: Item | None, new: Item) -> list[Effect]:
    names = ("guild_id", "webhook_id", "replay_id")
    asked = {name: new[name] for name in names} | {"delivery_id": new.get("delivery_id")}  # none: all that failed
    return [ReplayWebhook({"v": 2, "kind": "replay", **asked})] if old is None else []


def _of_progress(old: Item, new: Item) -> list[Effect]:
    """Show whoever waits for a report how far it got; nothing of that is a change to be recorded."""
    if new["entity"] != "report" or old.get("progress") == new.get("progress"):
        return []
    at = keys.moment(new["touched"]["at"])
    told: list[Effect] = [
        Tell(new["guild_id"], change_message("report.changed", new, shown_of(old, new)), outside=False, at=at)
    ]
    if new.get("askers"):
        told.append(Notify({"v": 1, "guild_id": new["guild_id"], "job_id": new["job_id"], "kind": "report_state"}))
    return told


def _of_correction(old: Item | None, new: Item) -> list[Effect]:
    if new["status"] == "open":
        return [] if old is not None and old["status"] == "open" else [_asked(new)]
    if old is not None and old["status"] != "open":
        return []
    names = ("guild_id", "event_id", "version")
    reference = {name: new[name] for name in names} | {"correction_id": new["sk"].partition("#")[2]}
    return [Notify({"v": 1, "kind": "correction_decided", **reference})]


def _asked(new: Item) -> Effect:
    at = keys.moment(new["requested_at"])
    until = told_at(at)
    message = {"guild_id": new["guild_id"], "event_id": new["event_id"], "until": keys.stamp(until)}
    return Notify({"v": 1, "kind": "corrections_asked", **message}, int((until - at).total_seconds()) + _INDEX_FOLLOWS)


def _of_guild(old: Item | None, new: Item) -> list[Effect]:
    if old is not None and old.get("installed_at") == new["installed_at"]:
        return []
    message = {
        "v": 1, "kind": "welcome", "guild_id": new["guild_id"], "installed_at": new["installed_at"],
        "language": new.get("language", ENGLISH),
    }  # fmt: skip
    return [Notify(message | ({"channel_id": new["channel_id"]} if new.get("channel_id") else {}))]


def _of_sheet(old: Item | None, new: Item) -> list[Effect]:
    """It is completed once; whoever is newly absent is to be told."""
    reference = {"v": 1, "guild_id": new["guild_id"], "event_id": new["event_id"]}
    before = missed_by(sheets.from_item(old).rows) if old else set()
    newly = missed_by(sheets.from_item(new).rows) - before
    effects: list[Effect] = [Notify({**reference, "kind": "sheet"})] if old is None else []
    return [*effects, *([Notify({**reference, "kind": "missed"}, TOLD_AFTER)] if newly else [])]


_OWN = {
    "event": _of_event,
    "call": _of_call,
    "report": _of_report,
    "guild": _of_guild,
    "sheet": _of_sheet,
    "correction": _of_correction,
    "replay": _of_replay,
}
