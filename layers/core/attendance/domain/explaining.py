"""Why a verdict is what it is: from the ledger of one member at one event, entry by entry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from attendance.domain.sheet import SheetRow
from attendance.domain.verdict import Evidence, in_order, standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attendance.domain.voice import Presence

Reason = Literal["officer", "import", "code", "button", "voice", "bench", "no_show", "silent", "not_closed"]
"""What decided: a kind of entry, the officers' bench, the closing rule, or nothing yet."""


class Explained(NamedTuple):
    """The verdict of a member: the `row`, the entries from the oldest, those that count from the strongest, and why.

    The first of `counting` decides; where there is none, `reason` names the rule. `presence` is what voice samples found of
    them, whether it reaches the guild's share or not.
    """

    row: SheetRow
    entries: tuple[Evidence, ...]
    counting: tuple[Evidence, ...]
    reason: Reason
    presence: Presence | None = None


def explain(row: SheetRow, entries: Iterable[Evidence], presence: Presence | None = None, *, closed: bool) -> Explained:
    """Return why the member of `row` has its status; before closing, of whom nothing was observed is unmarked."""
    ledger = tuple(in_order(entries))
    counting = tuple(standing(ledger))
    reason = _reason(row, counting, closed=closed)
    shown = replace(row, status="unmarked") if reason == "not_closed" else row
    return Explained(shown, ledger, counting, reason, presence)


def unseen(user_id: str) -> SheetRow:
    """Return the row of a member who neither answered nor counts as seen."""
    return SheetRow(
        user_id=user_id, name=user_id, answer="", role="", late_minutes=0, status="unmarked", source="rule", at=None
    )


def _reason(row: SheetRow, counting: tuple[Evidence, ...], *, closed: bool) -> Reason:
    if counting and counting[0].source != "rule":
        return counting[0].source
    if row.status == "benched":
        return "bench"
    if not closed:
        return "not_closed"
    return "no_show" if row.answer in ("yes", "late") else "silent"
