"""/report list as a message: what each report is about, how it stands, and a button for its file while there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.discord.custom_id import CustomId
from attendance.discord.locales import find, say
from attendance.discord.reply import cut
from attendance.discord.texts import relative_time, time_mark
from attendance.discord.texts_reports import filter_in_message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from attendance.domain.report import ReportJob

PAGE = 5
"""Reports of a page: one row of buttons for their files."""
MAX_ENTRY = 800
"""Characters of an entry, so that a page fits an embed's 4,096."""
_PRIMARY, _SECONDARY, _BUTTON, _ROW = 1, 2, 2, 1
_KILO = 1000


def reports_message(
    found: Sequence[ReportJob],
    names: Mapping[str, str],
    now: datetime,
    locale: str,
    *,
    may_fetch: bool,
    older: str | None,
    newest: str | None,
) -> dict[str, Any]:
    """Return a page of reports; `older` and `newest` are the custom ids of its buttons, where there is something to turn to.

    `names` has what the things of their filters are called; `may_fetch`: whoever looks may have the files.
    """
    entries = [
        cut(_entry(job, number, names, now, locale), MAX_ENTRY) for number, job in enumerate(found, 1)
    ] or [say(locale, "report.list.none")]  # fmt: skip
    files = [
        _button(say(locale, "report.list.get", number=number), CustomId("file", job.job_id).encode(), _PRIMARY)
        for number, job in enumerate(found, 1)
        if may_fetch and _has_file(job, now)
    ]
    turns = [
        _button(say(locale, key), custom_id, _SECONDARY)
        for custom_id, key in ((newest, "report.list.newest"), (older, "report.list.older"))
        if custom_id
    ]
    return {
        "embeds": [{"title": say(locale, "report.list.title"), "description": "\n\n".join(entries)}],
        "components": [{"type": _ROW, "components": row} for row in (files, turns) if row],
    }


def _has_file(job: ReportJob, now: datetime) -> bool:
    return job.status == "done" and not job.file_is_gone(now)


def _entry(job: ReportJob, number: int, names: Mapping[str, str], now: datetime, locale: str) -> str:
    asked = say(
        locale, "report.list.asked",
        number=number, format=job.format.upper(), member=f"<@{job.requested_by}>", at=time_mark(job.requested_at, "f"),
    )  # fmt: skip
    return f"{asked}\n{_state(job, now, locale)}\n{filter_in_message(job.selection, names, locale)}"


def _state(job: ReportJob, now: datetime, locale: str) -> str:
    match job.status:
        case "queued":
            return say(locale, "report.list.queued")
        case "running":
            return say(locale, "report.list.running", rows=f"{job.progress:,}")
        case "failed":
            return say(locale, "report.list.failed", problem=_problem(job, locale))
    facts = say(locale, "report.list.done", rows=f"{job.row_count:,}", events=f"{job.event_count:,}", size=_size(job))
    if job.file_expires_at is None or job.file_is_gone(now):
        return f"{facts} {say(locale, 'report.list.gone')}"
    return f"{facts} {say(locale, 'report.list.expires', at=relative_time(job.file_expires_at))}"


def _problem(job: ReportJob, locale: str) -> str:
    return find(locale, f"error.{job.problem_code}", job.problem_details) or job.problem


def _size(job: ReportJob) -> str:
    if job.file_size < _KILO:
        return f"{job.file_size} B"
    return f"{job.file_size / _KILO:,.0f} KB" if job.file_size < _KILO**2 else f"{job.file_size / _KILO**2:,.1f} MB"


def _button(label: str, custom_id: str, style: int) -> dict[str, Any]:
    return {"type": _BUTTON, "style": style, "label": label, "custom_id": custom_id}
