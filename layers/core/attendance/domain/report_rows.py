"""The rows of an attendance report: one a member and event, in the order of events and then of the sheet."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from attendance.domain.rate import points

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from attendance.domain.rate import RateRules
    from attendance.domain.sheet import Sheet, SheetRow


class ReportRow(NamedTuple):
    """One line of a report; every field is text or a number, None is an empty cell.

    `starts` is the start in the event's own zone, with its offset; `starts_utc` and `seen_utc` are UTC; `credit` None is
    not eligible.
    """

    event: str
    game: str
    starts: str
    starts_utc: str
    member: str
    member_id: str
    answer: str
    role: str
    late_minutes: int | None
    status: str
    credit: float | None
    source: str
    seen_utc: str


COLUMNS = (
    "Event", "Game", "Starts (event's zone)", "Starts (UTC)", "Member", "Member id", "Answer", "Role", "Announced late (min)",
    "Attendance", "Credit", "Evidence", "Seen (UTC)",
)  # fmt: skip
FORMULA = "rate = sum of Credit / number of rows with a Credit; rows without one are not eligible"


def report_rows(sheets: Iterable[Sheet], rules: RateRules) -> Iterator[ReportRow]:
    """Yield the rows of `sheets` with their credits under `rules`, one sheet in memory at a time."""
    for sheet in sheets:
        starts = sheet.starts_at.astimezone(ZoneInfo(sheet.zone)).isoformat(sep=" ", timespec="minutes")
        for row in sheet.rows:
            yield _row(sheet, row, starts, rules)


def _row(sheet: Sheet, row: SheetRow, starts: str, rules: RateRules) -> ReportRow:
    return ReportRow(
        event=sheet.title,
        game=sheet.game,
        starts=starts,
        starts_utc=utc_text(sheet.starts_at),
        member=row.name,
        member_id=row.user_id,
        answer=row.answer,
        role=row.role,
        late_minutes=row.late_minutes or None,
        status=row.status,
        credit=points(rules.credit(row.mark, counted=sheet.counted)),
        source=row.source,
        seen_utc=utc_text(row.at) if row.at else "",
    )


def utc_text(moment: datetime) -> str:
    """Return `moment` as spreadsheets read it: 2026-12-01 18:00:00, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
