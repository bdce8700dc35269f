"""Why a verdict is what it is: from the ledger of one member at one event, entry by entry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from attendance.domain.verdict import Evidence, standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attendance.domain.sheet import SheetRow

Reason = Literal["officer", "import", "code", "button", "voice", "bench", "no_show", "silent", "not_closed"]
"""What decided: a kind of entry, the officers' bench, the closing rule, or nothing yet."""


class Explained(NamedTuple):
    """The verdict of a member: the `row`, the entries from the oldest, those that count from the strongest, and why.

    The first of `counting` decides; where there is none, `reason` names the rule.
    """

    row: SheetRow
    entries: tuple[Evidence, ...]
    counting: tuple[Evidence, ...]
    reason: Reason


def explain(row: SheetRow, entries: Iterable[Evidence], *, closed: bool) -> Explained:
    """Return why the member of `row` has its status; before closing, of whom nothing was observed is unmarked."""
    ledger = tuple(sorted(entries, key=lambda entry: (entry.at, entry.entry_id)))
    counting = tuple(standing(ledger))
    reason = _reason(row, counting, closed=closed)
    return Explained(replace(row, status="unmarked") if reason == "not_closed" else row, ledger, counting, reason)


def _reason(row: SheetRow, counting: tuple[Evidence, ...], *, closed: bool) -> Reason:
    if counting and counting[0].source != "rule":
        return counting[0].source
    if row.status == "benched":
        return "bench"
    if not closed:
        return "not_closed"
    return "no_show" if row.answer in ("yes", "late") else "silent"
