"""Marks: what officers say of members' attendance, what became of it, and why a verdict is what it is."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import Field

from attendance.discord.locales import ENGLISH, say
from attendance.domain.explaining import Reason
from attendance.domain.marking import MAX_NOTE, MAX_ROWS, BatchState, MarkRow, RowResult, UndoResult
from attendance.domain.verdict import Source, Status
from dashboard.schemas.base import Id, Model, Snowflake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.explaining import Explained
    from attendance.domain.marking import Batch

_STATUS = Field(
    max_length=30,
    description="present, late, left_early, benched, excused, absent, or unmarked: what officers said is taken back.",
    examples=["late"],
)

_SEEN = "When the member was seen there, with an offset; empty: not said. Between the opening of check-in and the end."


class MarkIn(Model):
    """What happened with one member."""

    status: str = _STATUS
    note: str = Field("", max_length=MAX_NOTE, examples=["power cut"])
    seen_at: str = Field("", max_length=40, description=_SEEN, examples=["2026-12-01T19:25:00+01:00"])


class MarkRowIn(Model):
    """One row of a batch. One that makes no sense is reported and does not stop the others."""

    user_id: str = Field("", examples=["81384788765712384"])
    status: str = Field("", examples=["present"])
    note: str = ""
    seen_at: str = Field("", description=_SEEN, examples=["2026-12-01T19:25:00+01:00"])


class BatchIn(Model):
    """Marks of many members; of rows about the same member, the first counts."""

    rows: list[MarkRowIn] = Field(min_length=1, max_length=MAX_ROWS)

    def marks(self) -> list[MarkRow]:
        """Return the rows as they were sent."""
        return [MarkRow(row.user_id, row.status, row.note, row.seen_at) for row in self.rows]


class BatchRowOut(Model):
    """What became of a row, and of taking it back. `user_id` and `status` are as sent where they could not be read."""

    user_id: str
    status: str
    result: RowResult
    problem: str = Field(description="What was wrong with an invalid row.")
    undo: UndoResult


class BatchSummary(Model):
    """A batch in a list. `counts` says how many rows had each result."""

    batch_id: Id
    event_id: Id
    state: BatchState = Field(
        description="Running: if its request broke off, the same request goes on. Cut off: it did not come within a quarter "
        "of an hour, so the rest was given up; it may still come."
    )
    made_at: datetime
    by: Snowflake
    by_name: str
    total: int
    applied: int
    counts: dict[str, int] = Field(examples=[{"applied": 24, "unknown_member": 1}])
    undone_at: datetime | None
    undone_by: str = Field(description="A Discord id, or empty.")

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """Show a batch."""
        shown = {name: getattr(batch, name) for name in cls.model_fields if name not in ("counts", "rows")}
        counts = dict(Counter(row.result for row in batch.rows))
        rows = [BatchRowOut(**row._asdict()) for row in batch.rows]
        return cls.model_validate(shown | {"counts": counts} | ({"rows": rows} if "rows" in cls.model_fields else {}))


class BatchOut(BatchSummary):
    """A batch with what became of each row, in the order sent."""

    rows: list[BatchRowOut]


class EvidenceOut(Model):
    """One entry of the ledger. `counts`: it was not taken back; `decides`: the verdict follows from it."""

    entry_id: str
    status: Status
    source: Source
    by: str = Field(description="Who said it: a Discord id, or `system`.")
    by_name: str
    at: datetime = Field(description="When it was recorded.")
    seen_at: datetime | None = Field(description="When the member was seen, where an officer says so.")
    note: str
    takes_back: list[str] = Field(description="Ids of the entries that do not count any more because of this one.")
    counts: bool
    decides: bool


class PresenceOut(Model):
    """What samples of the event's voice channel found: `seen` in so many of the `samples` that succeeded."""

    seen: int = Field(examples=[9])
    samples: int = Field(examples=[20])
    minutes: int = Field(description="As far as samples can tell.", examples=[45])


class MemberAttendanceOut(Model):
    """A member's attendance at an event, why it is what it is, and every entry from the oldest."""

    user_id: Snowflake
    name: str = Field(examples=["Ayla"])
    answer: str = Field(description="yes, late, maybe, no, or empty.", examples=["yes"])
    status: Status
    final: bool = Field(description="Whether the event is closed; a correction may still change it.")
    reason: Reason
    explanation: str = Field(examples=["An officer's mark decides, of several the latest."])
    in_voice: PresenceOut | None = Field(
        description="Null where the member was not sampled, and a month after. Below the server's share it decides nothing."
    )
    evidence: list[EvidenceOut]

    @classmethod
    def of(cls, explained: Explained, names: Mapping[str, str], *, final: bool) -> Self:
        """Show a verdict with its ledger."""
        counting = [entry.entry_id for entry in explained.counting]
        row, found = explained.row, explained.presence
        return cls(
            user_id=row.user_id,
            name=row.name,
            answer=row.answer,
            status=row.status,
            final=final,
            reason=explained.reason,
            explanation=say(ENGLISH, f"why.{explained.reason}"),
            in_voice=found and PresenceOut(seen=found.seen, samples=found.samples, minutes=found.minutes),
            evidence=[
                EvidenceOut(
                    entry_id=entry.entry_id,
                    status=entry.status,
                    source=entry.source,
                    by=entry.by,
                    by_name=names.get(entry.by, entry.by),
                    at=entry.at,
                    seen_at=entry.seen_at,
                    note=entry.note,
                    takes_back=list(entry.takes_back),
                    counts=entry.entry_id in counting,
                    decides=counting[:1] == [entry.entry_id],
                )
                for entry in explained.entries
            ],
        )
