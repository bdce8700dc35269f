"""Reports: what a job asks for, its life, and what a spreadsheet cell may hold."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from attendance.domain.languages import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.selection import Selection

ReportFormat = Literal["csv", "xlsx", "pdf"]
FORMATS: tuple[ReportFormat, ...] = ("csv", "xlsx", "pdf")
MOST_ROWS = {"csv": 2_000_000, "xlsx": 1_000_000, "pdf": 20_000}
"""A sheet of Excel has 1,048,576 lines; a PDF of more rows has hundreds of pages that nobody reads."""
ReportStatus = Literal["queued", "running", "done", "failed"]
LINK_LIFETIME = timedelta(minutes=5)
"""SPEC section 6: a link is signed at click time and lives at most 5 minutes."""
FILE_LIFETIME = timedelta(days=1)
"""How long the bucket keeps a file; `template.yaml` has the same number as its lifecycle rule."""


class Asker(NamedTuple):
    """Whom to answer in Discord, since when: the interaction's token, a secret for 15 minutes and gone once used."""

    token: str
    at: datetime
    language: str = ENGLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportJob:
    """A report asked for: one file of the rows that `selection` chooses, in `language`. `mark`: a CSV begins with a byte order mark.

    Who asks for the same while it is being made waits for it too: `askers`, by their request. `progress` is how many rows
    were written so far and `reached` the start of their last event. A job that failed has a `problem` in English, and the
    code and details by which it is said in other languages. `attempts` counts workers that took it.
    """

    guild_id: str
    job_id: str
    format: ReportFormat
    selection: Selection
    requested_by: str
    requested_at: datetime
    mark: bool = True
    language: str = ENGLISH
    status: ReportStatus = "queued"
    attempts: int = 0
    lease: datetime | None = None
    progress: int = 0
    reached: datetime | None = None
    problem: str = ""
    problem_code: str = ""
    problem_details: Mapping[str, Any] = field(default_factory=dict)
    file_key: str = ""
    file_name: str = ""
    file_size: int = 0
    row_count: int = 0
    event_count: int = 0
    member_count: int = 0
    credit: int = 0
    eligible: int = 0
    finished_at: datetime | None = None
    askers: Mapping[str, Asker] = field(default_factory=dict)
    version: int = 1

    @property
    def ended(self) -> bool:
        """Whether it is done or failed."""
        return self.status in ("done", "failed")

    @property
    def file_expires_at(self) -> datetime | None:
        """From when on the bucket may have removed the file of a done job: it counts from the day after, in UTC."""
        return self.finished_at + FILE_LIFETIME if self.finished_at and self.status == "done" else None

    def file_is_gone(self, now: datetime) -> bool:
        """Whether the file of a done job may be gone: the bucket's day is over, or an erasure took it."""
        return self.file_expires_at is not None and (not self.file_key or now >= self.file_expires_at)


MOST_ATTEMPTS = 2
"""Workers that may die over a report: the second one's end is told as a failure."""
TAKEN_WITHIN = timedelta(minutes=2)
"""A job that no worker took for so long is queued again: who asked in Discord can be told within 15 minutes only."""
QUEUED_FOR = timedelta(hours=1)
"""A job that no worker took for so long is given up."""


_STARTS_FORMULA = frozenset("=+-@\t\r\n\0|%")


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """Return `text` as any file format holds it: NUL and unpaired surrogates become U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def neutralised(text: str) -> str:
    """Return `text` such that no spreadsheet reads it as a formula: a dangerous start gets a leading apostrophe.

    Full-width forms count, and so does what follows white space or invisible characters (OWASP ASVS 5.0, 1.2.10).
    NUL and unpaired surrogates, which no file format holds, become U+FFFD.
    """
    clean = storable(text)
    for letter in clean:
        if letter in _STARTS_FORMULA or unicodedata.normalize("NFKC", letter)[:1] in _STARTS_FORMULA:
            return "'" + clean
        if not letter.isspace() and unicodedata.category(letter) not in ("Cf", "Cc", "Mn"):
            break
    return clean
