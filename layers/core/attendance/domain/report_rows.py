"""What a report holds: rows, one a member and event, in the order of events and then of the sheet, and their totals.

Every format is written from the same `Report`, so files cannot say different things.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import TYPE_CHECKING, Literal, NamedTuple
from zoneinfo import ZoneInfo

from attendance.domain.analytics import UNCOUNTED, rows_asked_for
from attendance.domain.rate import MARKS, points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from attendance.domain.analytics import Facts
    from attendance.domain.report_totals import Totals
    from attendance.domain.selection import Selection


class ReportRow(NamedTuple):
    """One line of a report; None is an empty cell.

    `starts` is the start in the event's own zone; `starts_utc` and `seen_utc` are UTC; `credit` None is not eligible.
    """

    event: str
    game: str
    starts: datetime
    starts_utc: datetime
    member: str
    member_id: str
    answer: str
    role: str
    late_minutes: int | None
    status: str
    credit: float | None
    source: str
    seen_utc: datetime | None
    event_id: str


class Column(NamedTuple):
    """A column of the rows: its place in `ReportRow`, what its cells are, and how many letters wide it is shown.

    `heading` is what it is called where programs read it, in English whatever the language of the file. A `word` is one of
    our own, such as present: files for people say it in their language, by the text of `<name>.<word>`.
    """

    name: str
    heading: str
    kind: Literal["text", "word", "number", "moment"]
    width: int


COLUMNS = (
    Column("event", "Event", "text", 28),
    Column("game", "Game", "text", 18),
    Column("starts", "Starts (event's zone)", "moment", 21),
    Column("starts_utc", "Starts (UTC)", "moment", 19),
    Column("member", "Member", "text", 22),
    Column("member_id", "Member id", "text", 20),
    Column("answer", "Answer", "word", 11),
    Column("role", "Role", "text", 12),
    Column("late_minutes", "Announced late (min)", "number", 20),
    Column("status", "Attendance", "word", 18),
    Column("credit", "Credit", "number", 8),
    Column("source", "Evidence", "word", 18),
    Column("seen_utc", "Seen (UTC)", "moment", 19),
    Column("event_id", "Event id", "text", 18),
)
"""The columns of `ReportRow`, in its order."""
type Say = Callable[..., str]
"""Returns the text of a key in the language of a file, with named values in their places."""


class Fact(NamedTuple):
    """Something that a file says of itself; a `share` is from 0 to 1."""

    name: str
    value: str | float
    unit: Literal["text", "number", "share"] = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The rows of one event: what they have in common, and the rest as columns side by side, as `ReportRow` has it."""

    event: str
    game: str
    starts: datetime
    starts_utc: datetime
    event_id: str
    members: list[str]
    member_ids: list[str]
    answers: list[str]
    roles: list[str]
    late_minutes: list[int | None]
    statuses: list[str]
    credits: list[float | None]
    sources: list[str]
    seen: list[int | None]
    """Milliseconds after the start."""

    @property
    def seen_utc(self) -> list[datetime | None]:
        """The moments of `seen`."""
        return [None if at is None else self.starts_utc + timedelta(milliseconds=at) for at in self.seen]

    def rows(self) -> Iterator[ReportRow]:
        """Yield the rows one by one."""
        columns = zip(
            repeat(self.event), repeat(self.game), repeat(self.starts), repeat(self.starts_utc), self.members, self.member_ids,
            self.answers, self.roles, self.late_minutes, self.statuses, self.credits, self.sources, self.seen_utc,
            repeat(self.event_id), strict=False,
        )  # fmt: skip
        return map(ReportRow._make, columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The contents of one file. `about` is what it says of itself: a name and a text a line, in the language of `say`.

    `blocks` go by once, an event at a time; `totals` are those of the rows that went by, so they are read last.
    """

    title: str
    about: Mapping[str, str]
    blocks: Iterable[Block]
    totals: Totals
    say: Say

    def rows(self) -> Iterator[ReportRow]:
        """Yield the rows of all blocks."""
        return chain.from_iterable(block.rows() for block in self.blocks)

    def facts(self) -> list[Fact]:
        """Return what the file says about itself, totals included, once all rows went by."""
        say, totals = self.say, self.totals
        figures = totals.figures
        rate = figures.rate
        return [
            *(Fact(name, text, "text") for name, text in self.about.items()),
            Fact(say("report.fact.events"), totals.events),
            Fact(say("report.fact.uncounted"), totals.uncounted),
            Fact(say("report.fact.members"), totals.member_count),
            Fact(say("report.fact.rows"), totals.rows),
            *(Fact(capitalised(say(f"status.{kind}")), count) for kind, count in figures.counts.items()),
            Fact(say("report.fact.credit"), rate.points),
            Fact(say("report.fact.eligible"), rate.eligible),
            Fact(say("report.fact.rate"), say("report.no_rate"), "text")
            if rate.share is None
            else Fact(say("report.fact.rate"), rate.share, "share"),
        ]


class Worded(dict[str, str]):
    """What our own words are called in the language of a file, by the word; empty for none. Each is looked up once."""

    def __init__(self, say: Say, topic: str) -> None:
        super().__init__({"": ""})
        self._say, self._topic = say, topic

    def __missing__(self, word: str) -> str:
        self[word] = self._say(f"{self._topic}.{word}")
        return self[word]


def capitalised(text: str) -> str:
    """Return `text` with its first letter a capital, the others as they are."""
    return text[:1].upper() + text[1:]


def report_blocks(sheets: Iterable[Facts], selection: Selection, totals: Totals) -> Iterator[Block]:
    """Yield the rows of `sheets` that are selected, one sheet in memory at a time, and add them to `totals`.

    Sheets without such a row are left out.
    """
    worth = {mark: points(totals.rules.credit(kind)) for mark, kind in MARKS.items()}
    for sheet in sheets:
        rows = rows_asked_for(sheet, selection)
        if rows is None or not rows.marks:
            continue
        if sheet.counted:
            totals.add(rows)
        else:
            totals.add(replace(rows, marks=UNCOUNTED * len(rows.marks)))
        yield _block(rows, worth if sheet.counted else dict.fromkeys(MARKS))


def _block(facts: Facts, worth: Mapping[str, float | None]) -> Block:
    return Block(
        event=facts.title,
        game=facts.game,
        starts=facts.starts_at.astimezone(ZoneInfo(facts.zone)),
        starts_utc=facts.starts_at,
        event_id=facts.event_id,
        members=facts.names,
        member_ids=facts.user_ids,
        answers=facts.answers,
        roles=facts.roles,
        late_minutes=[minutes or None for minutes in facts.late_minutes],
        statuses=[_STATUS[mark] for mark in facts.marks],
        credits=[worth[mark] for mark in facts.marks],
        sources=facts.sources,
        seen=facts.seen,
    )


_STATUS: Mapping[str, str] = {mark: kind.status for mark, kind in MARKS.items()}


def utc_text(moment: datetime) -> str:
    """Return `moment` as spreadsheets read it: 2026-12-01 18:00:00, in UTC."""
    return moment.astimezone(UTC).isoformat(" ", "seconds")[:19]
