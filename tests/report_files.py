"""Reports for tests of the files: sheets in one line each, and the report over them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING

from attendance.discord.locales import say
from attendance.domain.analytics import Facts
from attendance.domain.rate import DEFAULT_RULES, Mark
from attendance.domain.report_rows import Report, report_blocks
from attendance.domain.report_totals import Totals
from attendance.domain.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attendance.domain.rate import RateRules

STARTS = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)
ABOUT = {"Filter": "all", "Formula": "rate = sum / rows"}
ALL = Selection(zone="Europe/Berlin", first_day=date(2026, 1, 1), last_day=date(2026, 12, 31))


def a_sheet(
    names: Sequence[str],
    *,
    title: str = "Raid",
    game: str = "WoW",
    marks: Sequence[Mark] | None = None,
    starts_at: datetime = STARTS,
    event_id: str = "e" * 16,
    counted: bool = True,
    role: str = "tank",
    answer: str = "yes",
) -> Facts:
    """A closed event of members of these names; their ids count up from 112233445566778800."""
    marks = marks or [Mark("present")] * len(names)
    return Facts(
        event_id=event_id, title=title, game=game, starts_at=starts_at, series_id=None, counted=counted, party_roles=(),
        user_ids=[str(112233445566778800 + place) for place in range(len(names))], names=list(names),
        marks="".join(mark.encode() for mark in marks), answers=[answer] * len(names), roles=[role] * len(names),
        held=[None] * len(names), zone="Europe/Berlin", late_minutes=[10 * (place % 2) for place in range(len(names))],
        sources=["button"] * len(names), seen=[None if place % 5 == 4 else 1000 * place for place in range(len(names))],
    )  # fmt: skip


def a_report(
    sheets: Iterable[Facts],
    *,
    selection: Selection = ALL,
    rules: RateRules = DEFAULT_RULES,
    about: dict[str, str] = ABOUT,
    language: str = "en",
) -> Report:
    """The report over sheets, as the worker makes it."""
    totals = Totals(rules=rules, zone=selection.zone)
    blocks = report_blocks(sheets, selection, totals)
    return Report(title="Attendance", about=about, blocks=blocks, totals=totals, say=partial(say, language))


_ACTIVE = re.compile(
    rb"/(JavaScript|JS|OpenAction|AA|Launch|URI|SubmitForm|EmbeddedFile|RichMedia|GoToR)\b"
)  # what makes a program do something when a PDF is opened or clicked
_STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)


def active_parts(content: bytes) -> list[bytes]:
    """The words in a PDF that stand for scripts and actions, outside of its streams: those hold pixels, fonts and drawing."""
    return _ACTIVE.findall(_STREAM.sub(b"", content))
