"""Reports: what a job asks for, its life, and what a spreadsheet cell may hold."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from attendance.domain.languages import ENGLISH

ReportFormat = Literal["csv"]
ReportStatus = Literal["queued", "running", "done", "failed"]
LINK_LIFETIME = timedelta(minutes=5)
"""SPEC section 6: a link is signed at click time and lives at most 5 minutes."""
FILE_LIFETIME = timedelta(days=1)
"""How long the bucket keeps a file; `template.yaml` has the same number as its lifecycle rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportJob:
    """A report asked for. `event_id` None means all closed events that start within [`since`, `until`) (UTC).

    `reply_token` is the interaction token to answer with: a secret for 15 minutes, gone once answered;
    `language` is the one to answer in.
    """

    guild_id: str
    job_id: str
    format: ReportFormat
    requested_by: str
    requested_at: datetime
    event_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    status: ReportStatus = "queued"
    problem: str = ""
    file_key: str = ""
    file_name: str = ""
    row_count: int = 0
    finished_at: datetime | None = None
    reply_token: str | None = None
    language: str = ENGLISH
    version: int = 1


_STARTS_FORMULA = frozenset("=+-@\t\r\n\0|%")


def neutralised(text: str) -> str:
    """Return `text` such that no spreadsheet reads it as a formula: a dangerous start gets a leading apostrophe.

    Full-width forms count, and so does what follows white space or invisible characters (OWASP ASVS 5.0, 1.2.10).
    NUL and unpaired surrogates, which no file format holds, become U+FFFD.
    """
    clean = "".join("\ufffd" if c == "\0" or unicodedata.category(c) == "Cs" else c for c in text)
    for letter in clean:
        if letter in _STARTS_FORMULA or unicodedata.normalize("NFKC", letter)[:1] in _STARTS_FORMULA:
            return "'" + clean
        if not letter.isspace() and unicodedata.category(letter) not in ("Cf", "Cc", "Mn"):
            break
    return clean
