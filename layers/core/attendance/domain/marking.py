"""Marks: what officers say of members' attendance, one at a time or many at once.

Whatever an officer says in one request is a *batch*, be it of one row: it is on record with what became of each row, and
can be taken back as a whole for 30 days. A row is read on its own, so one that makes no sense does not stop the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from attendance.domain.ids import is_snowflake
from attendance.domain.preset import clean_text
from attendance.domain.rate import THERE
from attendance.domain.verdict import STATUSES, Evidence, Status, deciding, standing, stronger
from attendance.errors import AttendanceError, Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from attendance.domain.event import Event

MAX_ROWS = 1000
CHUNK = 40
"""Rows that one transaction holds: two writes each, of the 100 that DynamoDB takes, beside the batch and the sheet."""
MAX_NOTE = 200
UNDO_FOR = timedelta(days=30)
_ANSWERS = ("yes", "maybe", "no")
_OFFICERS = frozenset({"officer", "import"})

RowResult = Literal["applied", "unchanged", "duplicate", "unknown_member", "not_tracked", "wrong_phase", "invalid"]
BatchState = Literal["running", "cut_off", "done", "undoing", "undone"]
UndoResult = Literal["", "undone", "later_mark_stands"]


class MarkRow(NamedTuple):
    """What an officer asks for one member; texts as typed. `unmarked` takes back what officers said of them before.

    `seen_at` is when the member was seen there, ISO 8601 with an offset; empty: it is not said.
    """

    user_id: str
    status: str
    note: str = ""
    seen_at: str = ""


class BatchRow(NamedTuple):
    """What became of a row, and of taking it back; `problem` says what was wrong with an invalid one."""

    user_id: str
    status: str
    result: RowResult
    problem: str = ""
    undo: UndoResult = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Marks of one request. `rows` are those dealt with so far, of `total`; `undone` of them were looked at to undo them.

    `batch_id` is the entry id of every mark in it. `step` counts the transactions that wrote it. `cut_off_at` is when it was
    given up, because its request broke off and nobody sent it again.
    """

    guild_id: str
    event_id: str
    batch_id: str
    title: str
    by: str
    by_name: str
    made_at: datetime
    total: int
    rows: tuple[BatchRow, ...] = ()
    step: int = 0
    undone_at: datetime | None = None
    undone_by: str = ""
    undone: int = 0
    cut_off_at: datetime | None = None

    @property
    def applied(self) -> int:
        """How many rows changed something."""
        return sum(row.result == "applied" for row in self.rows)

    @property
    def state(self) -> BatchState:
        """Whether all of it was done, or undone; what was cut off goes on when the same request comes again."""
        if self.undone_at is not None:
            return "undone" if self.undone == len(self.rows) else "undoing"
        if len(self.rows) == self.total:
            return "done"
        return "running" if self.cut_off_at is None else "cut_off"


class Step(NamedTuple):
    """One more entry for a member, and the entry that decides after it; None: nothing is observed of them any more."""

    entry: Evidence
    decision: Evidence | None


def check_phase(event: Event, now: datetime) -> None:
    """Pass when attendance may be marked: from the opening of check-in, closed events too; else raise `Conflict`."""
    if event.status == "cancelled":
        raise Conflict(f"“{event.title}” was cancelled.", code="event_cancelled", event=event.title)
    if event.status == "open" and event.window(now) == "before":
        opens = int(event.check_in.opens_at(event.starts_at).timestamp())
        closes = int(event.check_in.closes_at(event.starts_at).timestamp())
        raise Conflict(
            f"Attendance of “{event.title}” is marked from <t:{opens}:f> (<t:{opens}:R>) on, when its check-in opens; "
            f"check-in closes <t:{closes}:t>. Before that there are sign-ups only.",
            code="wrong_phase",
            event=event.title,
            opens_at=opens,
            closes_at=closes,
        )


def checked_status(text: str) -> Status:
    """Return the status of that name; raises `Invalid` (field `status`) with the list, `Conflict` for an answer."""
    wanted = text.strip().casefold().replace(" ", "_").replace("-", "_")
    for status in STATUSES:
        if status == wanted:
            return status
    if wanted in _ANSWERS:
        raise Conflict(
            f"“{wanted}” is what a member says before an event. What happened is one of: {', '.join(STATUSES)}.",
            code="said_beforehand",
            known=list(STATUSES),
        )
    raise Invalid(
        f"“{text[:30]}” is no status. There are: {', '.join(STATUSES)}.",
        field="status",
        code="unknown_status",
        typed=text[:30],
        known=list(STATUSES),
    )


def checked_row(row: MarkRow) -> MarkRow:
    """Return the row with its texts in order; raises `Invalid` (`user_id`, `status`, `note`, `seen_at`), `Conflict`."""
    if not is_snowflake(row.user_id):
        raise Invalid(
            f"“{row.user_id[:30]}” is not a Discord id.",
            field="user_id",
            code="not_a_discord_id",
            typed=row.user_id[:30],
        )
    note = clean_text(row.note, field="note", limit=MAX_NOTE, required=False)
    status, seen_at = checked_status(row.status), _moment(row.seen_at)
    if seen_at and status not in THERE:
        raise Invalid(
            f"A time goes with a member who was there ({', '.join(sorted(THERE))}), not with {status}. Leave it out.",
            field="seen_at",
            code="time_not_wanted",
            status=status,
            known=sorted(THERE),
        )
    return MarkRow(row.user_id, status, note, seen_at.isoformat() if seen_at else "")


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
        found = moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        found = None
    if text and found is None:
        raise Invalid(
            f"“{text[:40]}” is not a moment: write it as ISO 8601 with an offset, such as 2026-12-01T19:25:00+01:00.",
            field="seen_at",
            code="not_a_moment",
            typed=text[:40],
        )
    return found


def check_seen(event: Event, row: MarkRow, now: datetime) -> None:
    """Pass when a checked row's time lies within the event, up to `now`; else raise `Invalid` (field `seen_at`)."""
    opens, ends = event.check_in.opens_at(event.starts_at), min(event.ends_at, now)
    if row.seen_at and not opens <= datetime.fromisoformat(row.seen_at) <= ends:
        raise Invalid(
            f"Nobody was seen at “{event.title}” at that time: it lies outside {opens:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M} "
            "UTC, from the opening of check-in to the end, or to now.",
            field="seen_at",
            code="time_outside_event",
            event=event.title,
            opens_at=int(opens.timestamp()),
            ends_at=int(ends.timestamp()),
        )


def read_rows(rows: Sequence[MarkRow]) -> list[MarkRow | BatchRow]:
    """Return each row in order, or what is wrong with it: of rows about the same member, the first counts."""
    if not 1 <= len(rows) <= MAX_ROWS:
        raise Invalid(f"A batch has 1 to {MAX_ROWS} rows; this one has {len(rows)}.", field="rows")
    seen: set[str] = set()
    found: list[MarkRow | BatchRow] = []
    for row in rows:
        try:
            checked = checked_row(row)
        except AttendanceError as error:
            result: RowResult = "invalid" if isinstance(error, Invalid) else "wrong_phase"
            found.append(BatchRow(row.user_id[:30], row.status[:30], result, error.message))
            continue
        doubled = checked.user_id in seen
        found.append(BatchRow(checked.user_id, checked.status, "duplicate") if doubled else checked)
        seen.add(checked.user_id)
    return found


def refusal(
    event: Event, user_id: str, *, known: bool, observed: bool, role_ids: Collection[str] | None
) -> Literal["unknown_member", "not_tracked"] | None:
    """Return why a member cannot be marked, or None when they can.

    Who was observed at the event once, with the role that it tracks, stays in it. `role_ids` None: nobody can tell.
    """
    if not (known or observed or user_id in event.choices or role_ids is not None):
        return "unknown_member"
    lacks_role = role_ids is not None and event.tracked_role_id is not None and event.tracked_role_id not in role_ids
    return "not_tracked" if lacks_role and not observed else None


def step_for(
    row: MarkRow, batch_id: str, by: str, now: datetime, decided: Evidence | None, entries: Iterable[Evidence]
) -> Step | None:
    """Return what a checked row adds for a member, None when it adds nothing.

    `decided` is what decides now; `entries` are all of the member's, and are needed for `unmarked` alone.
    """
    status = checked_status(row.status)
    if status == "unmarked":
        ledger = list(entries)
        back = tuple(entry.entry_id for entry in standing(ledger) if entry.source in _OFFICERS)
        return taken_back(row.user_id, batch_id, by, now, ledger, back, row.note) if back else None
    seen_at = datetime.fromisoformat(row.seen_at) if row.seen_at else None
    said = ("officer", status, row.note, seen_at)
    if decided is not None and (decided.source, decided.status, decided.note, decided.seen_at) == said:
        return None
    entry = Evidence(
        entry_id=batch_id, user_id=row.user_id, status=status, source="officer", by=by, at=now, note=row.note,
        seen_at=seen_at,
    )  # fmt: skip
    return Step(entry, stronger(decided, entry) if decided else entry)


def taken_back(
    user_id: str,
    entry_id: str,
    by: str,
    now: datetime,
    entries: Iterable[Evidence],
    back: tuple[str, ...],
    note: str = "",
) -> Step:
    """Return the entry that takes `back` (ids) out of what counts, and what decides then."""
    entry = Evidence(
        entry_id=entry_id, user_id=user_id, status="unmarked", source="officer", by=by, at=now, note=note,
        takes_back=back,
    )  # fmt: skip
    return Step(entry, deciding([*entries, entry]))
