"""Members' requests for a correction: asking, the officers' queue, and deciding.

Accepting is one transaction: the officer's mark, the sheet of a closed event, and the request's own state. So of two
officers who decide at once one wins, and the other is told who was quicker.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.correction import (
    MAX_WORDS,
    Correction,
    check_again,
    check_askable,
    checked_wish,
    correction_id,
    decided_status,
    entry_note,
)
from attendance.domain.cursor import decode_cursor, encode_cursor
from attendance.domain.ids import is_id
from attendance.domain.marking import MAX_NOTE, check_phase
from attendance.domain.preset import clean_text
from attendance.domain.rights import require
from attendance.errors import Conflict, NotFound
from attendance.services.check_ins import check_tracked
from attendance.services.events import get_event
from attendance.services.marking import mark
from attendance.storage import attendance, corrections, keys
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.correction import CorrectionStatus
    from attendance.storage.table import Table

_TRIES = 4


class Asked(NamedTuple):
    """The request as it stands, and whether this asking made it."""

    correction: Correction
    made: bool


def request_correction(
    table: Table,
    guild_id: str,
    event_id: str,
    actor: Actor,
    now: datetime,
    *,
    wish: str,
    words: str,
    locale: str = "",
    roles_known: bool = True,
) -> Asked:
    """Ask officers to correct the member's own attendance, once while it is open.

    `roles_known` is False for a direct message, which tells no roles. Raises `NotFound`, `Invalid` (`wish`, `words`),
    `Forbidden` (`not_tracked`) and `Conflict`: before check-in opens, cancelled, too late, so already, decided too often.
    """
    require(actor, "attendance.self")
    wanted = checked_wish(wish)
    said = clean_text(words, field="words", limit=MAX_WORDS)
    event = get_event(table, guild_id, event_id, roster=False)
    check_phase(event, now)
    if roles_known:
        check_tracked(event, actor)
    for _ in range(_TRIES):
        before = corrections.get(table, guild_id, correction_id(guild_id, event_id, actor.user_id))
        if before is not None and (before.status == "open" or before.request_id == actor.request_id):
            return Asked(before, made=False)
        state = attendance.state_from_item(table.get(keys.attendance(guild_id, event_id, actor.user_id)))
        check_askable(event, wanted, state.decision.status if state.decision else None, now)
        if before is not None:
            check_again(before)
        asked = Correction(
            guild_id=guild_id,
            event_id=event_id,
            user_id=actor.user_id,
            name=actor.name,
            title=event.title,
            starts_at=event.starts_at,
            wish=wanted,
            words=said,
            requested_at=now,
            locale=locale,
            request_id=actor.request_id,
            asked=before.asked + 1 if before else 1,
            version=before.version + 1 if before else 1,
        )
        try:
            table.put(corrections.put_correction(asked, actor, now))
        except ConditionFailed:
            continue  # asked twice at once: the other one stands
        return Asked(asked, made=True)
    raise Conflict("Your request was being changed at the same moment. Please try once more.", code="busy")


def list_corrections(
    table: Table,
    guild_id: str,
    actor: Actor,
    *,
    status: CorrectionStatus = "open",
    user_id: str | None = None,
    event_id: str | None = None,
    newest_first: bool = False,
    limit: int = 25,
    cursor: str | None = None,
) -> tuple[list[Correction], str | None]:
    """Return requests of that status in the order in which they were made, and a cursor or None.

    Of one member or event a page may hold fewer than `limit`. Raises `Forbidden`, `Invalid`.
    """
    require(actor, "attendance.manage")
    found, after = corrections.list_page(
        table, guild_id, status, limit=limit, cursor=decode_cursor(cursor), newest_first=newest_first
    )
    wanted = [one for one in found if user_id in (None, one.user_id) and event_id in (None, one.event_id)]
    return wanted, encode_cursor(after)


def get_correction(table: Table, guild_id: str, wanted: str, actor: Actor) -> Correction:
    """Return a request: the actor's own, to officers anybody's. Raises `Forbidden`, `NotFound`."""
    found = corrections.get(table, guild_id, wanted) if is_id(wanted) else None
    if found is None or found.user_id != actor.user_id:
        require(actor, "attendance.manage")
    if found is None:
        raise NotFound("There is no such request here.", code="no_such_request")
    return found


def decide_correction(
    table: Table,
    guild_id: str,
    wanted: str,
    actor: Actor,
    now: datetime,
    *,
    accept: bool,
    status: str | None = None,
    answer: str = "",
) -> Correction:
    """Accept a request, which marks the member, or decline it; the same decision again changes nothing.

    Raises `Forbidden`, `NotFound`, `Invalid` (`status`, `answer`), `Conflict` (`correction_decided` with who was quicker;
    cancelled meanwhile).
    """
    require(actor, "attendance.manage")
    said = clean_text(answer, field="answer", limit=MAX_NOTE, required=False)
    for _ in range(_TRIES):
        before = corrections.get(table, guild_id, wanted) if is_id(wanted) else None
        if before is None:
            raise NotFound(
                "There is no such request here. /attendance requests lists those that are open.", code="no_such_request"
            )
        decision = decided_status(before.wish, status) if accept else ""
        if before.status != "open":
            return _same_or_refused(before, actor, decision)
        after = replace(
            before,
            status="accepted" if accept else "declined",
            decided_by=actor.user_id,
            decided_by_name=actor.name,
            decided_at=now,
            decision=decision,
            answer=said,
            version=before.version + 1,
        )
        try:
            _store(table, after, actor, now)
        except ConditionFailed:
            continue  # another officer was quicker: look who
        return after
    raise Conflict("This request is being decided by others right now. Please look again.", code="busy")


def _same_or_refused(before: Correction, actor: Actor, decision: str) -> Correction:
    if before.decided_by == actor.user_id and before.decision == decision:
        return before
    raise Conflict(
        f"{before.decided_by_name} {before.status} this request already.",
        code="correction_decided",
        by=before.decided_by_name,
        outcome=before.status,
    )


def _store(table: Table, after: Correction, actor: Actor, now: datetime) -> None:
    write = corrections.put_correction(after, actor, now)
    if after.status == "declined":
        table.put(write)
        return
    mark(
        table,
        after.guild_id,
        after.event_id,
        after.user_id,
        actor,
        now,
        status=after.decision,
        note=entry_note(after.words, after.answer),
        beside=(write,),
    )
