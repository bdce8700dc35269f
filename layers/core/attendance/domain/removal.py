"""When an event may be deleted: while nothing would be lost by it, and nobody be left waiting for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.choice import NO, decode
from attendance.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.event import Event


def check_removable(event: Event, now: datetime, *, attended: bool) -> None:
    """Pass for an event that may be deleted; `attended`: attendance is on record for it.

    One that is open must not have been answered but by no, nor have opened its check-in: cancelling tells who is coming.
    Raises `Conflict`: `has_attendance`, `of_a_series`, `cancel_first`.
    """
    if event.status == "closed" or attended:
        raise Conflict(
            f"“{event.title}” has attendance on record, which stays. Cancel an event that did not happen; its history is kept.",
            code="has_attendance",
            event=event.title,
        )
    if event.series_id is not None:
        raise Conflict(
            f"“{event.title}” is one date of a series. Leave that date out of the series, or end the series.",
            code="of_a_series",
            event=event.title,
        )
    answers = sum(decode(said).answer != NO.answer for said in event.choices.values())
    if event.status == "open" and (answers or now >= event.check_in.opens_at(event.starts_at)):
        raise Conflict(
            f"“{event.title}” is awaited: {answers} members answered it. Cancel it first, so that they are told; then it can be "
            "deleted.",
            code="cancel_first",
            event=event.title,
            answers=answers,
        )
