"""A member's own data, handed to them as a file: asked for, made by a worker, kept for a day.

The file is JSON, `{"format": "attendance-tracker/own-data", "version": 1, ...}`; README.md says what stands in it. Whoever asks
again within the day is handed the same file, so a member makes one a day at most, and one at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from attendance.domain.ids import derive
from attendance.domain.report import FILE_LIFETIME

FORMAT = "attendance-tracker/own-data"
VERSION = 1
GIVEN_UP_AFTER = timedelta(minutes=15)
"""Longer than any worker lives: what is not there by then may be asked for anew."""


def own_files(guild_id: str, user_id: str) -> str:
    """Return how the keys of a member's own files begin, so that an erasure finds what a worker stored meanwhile."""
    return f"{guild_id}/{derive('own_files', guild_id, user_id)}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnExport:
    """One member's file. `reply_token` answers the interaction that asked, a secret for 15 minutes."""

    guild_id: str
    export_id: str
    user_id: str
    requested_at: datetime
    locale: str = ""
    reply_token: str | None = None
    status: Literal["queued", "done", "failed"] = "queued"
    file_key: str = ""
    file_name: str = ""
    finished_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether another one may be asked for: it failed, was given up, or its file is gone."""
        if self.status == "done" and self.finished_at:
            return not self.file_key or now - self.finished_at >= FILE_LIFETIME
        return self.status == "failed" or now - self.requested_at >= GIVEN_UP_AFTER
