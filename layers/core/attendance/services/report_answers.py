"""Answering whoever asked for a report in Discord: how far it got, and then its file or why there is none.

An answer is an edit of the member's own reply, so doing it twice shows nothing twice. It takes the interaction's token, which
Discord forgets after 15 minutes; ours is forgotten once the end was told.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attendance.discord import notices
from attendance.discord.reply import TOKEN_LIFETIME, WEBHOOK_READY_WITHIN
from attendance.errors import Gone, Refused
from attendance.storage import reports
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.report import Asker, ReportJob
    from attendance.ports import Discord
    from attendance.storage.table import Table


def answer_report(
    table: Table, discord: Discord, application_id: str, message: Mapping[str, Any], now: datetime
) -> float | None:
    """Show each member who waits for a job how it stands; return after how many seconds to try again, or None."""
    job = reports.get(table, message["guild_id"], message["job_id"])
    if job is None or not (job.ended or job.progress):
        return None
    tell = partial(_answer, table, discord, application_id, now, float(message.get("held", 0)))
    waits = [tell(job, asked, asker) for asked, asker in job.askers.items()]
    if not job.ended and job.askers:
        again = reports.get(table, job.guild_id, job.job_id)
        if again is not None and again.ended:  # its end may have been told before our older news: tell it once more
            waits += [tell(again, asked, asker) for asked, asker in job.askers.items()]
    return max((wait for wait in waits if wait is not None), default=None)


def _answer(
    table: Table,
    discord: Discord,
    application_id: str,
    now: datetime,
    held: float,
    job: ReportJob,
    asked: str,
    asker: Asker,
) -> float | None:
    age = now - asker.at
    if age >= TOKEN_LIFETIME:
        _give_up(table, job, asked, "its interaction is over")
        return None
    path = f"/webhooks/{application_id}/{asker.token}/messages/@original"
    try:
        discord.call("PATCH", path, notices.report_state(job, asker.language))
    except Gone as gone:
        if age < WEBHOOK_READY_WITHIN:
            return 1 + held
        _give_up(table, job, asked, f"Discord does not know its interaction ({gone.reason})")
    except Refused as refusal:
        _give_up(table, job, asked, f"Discord refused it ({refusal.reason})")
    else:
        if job.ended:
            reports.forget_asker(table, job.guild_id, job.job_id, asked)
    return None


def _give_up(table: Table, job: ReportJob, asked: str, reason: str) -> None:
    log().info("report_answer_dropped", extra={"job_id": job.job_id, "reason": reason})
    reports.forget_asker(table, job.guild_id, job.job_id, asked)
