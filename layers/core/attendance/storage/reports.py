"""Report jobs in the table. A job is written first; the stream starts the worker, so no job can be lost after its answer.

Three items are written together and end together: the job, the mark that this very file is being made, so that whoever
asks for the same meanwhile waits for the same job, and a due item, by which the minute sweep finds a job that no worker took, or
whose worker died.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attendance.domain.due import Due
from attendance.domain.ids import derive
from attendance.domain.report import TAKEN_WITHIN, Asker, ReportJob
from attendance.domain.selection import Selection
from attendance.storage import keys
from attendance.storage.dues import put_due
from attendance.storage.table import ConditionFailed, Delete, Put, Update
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table, Write
    from attendance.storage.values import Item

LEASE = timedelta(minutes=6)
"""Above the worker's time-out of 5 minutes: a job that is still running after it belongs to a worker that died."""
KEPT_FOR = timedelta(days=90)
_TIMES = ("requested_at", "finished_at", "reached", "lease")
_FIELDS = (
    "guild_id", "job_id", "format", "mark", "language", "requested_by", "requested_at", "status", "attempts", "lease", "progress",
    "reached", "problem", "problem_code", "problem_details", "file_key", "file_name", "file_size", "row_count", "event_count",
    "member_count", "credit", "eligible", "finished_at", "version",
)  # fmt: skip
_SETS = ("events", "series", "games", "discord_roles", "members", "statuses")
_ACTIVE = "(#status = :queued OR #status = :running)"
_TRIES = 3


def to_item(job: ReportJob) -> Item:
    """Return the job's item, without its `touched` mark."""
    item: Item = {name: getattr(job, name) for name in _FIELDS}
    for name in _TIMES:
        item[name] = keys.stamp(item[name]) if item[name] else None
    return item | {
        **keys.report(job.guild_id, job.job_id)._asdict(),
        "entity": "report",
        "selection": _of_selection(job.selection),
        "askers": {asked: _of_asker(asker) for asked, asker in job.askers.items()},
        "gsi1pk": keys.reports_by_time(job.guild_id),
        "gsi1sk": keys.by_start(job.requested_at, job.job_id),
        "expires_at": int((job.requested_at + KEPT_FOR).timestamp()),
    }


def from_item(item: Item) -> ReportJob:
    """Return the job of an item."""
    values: dict[str, Any] = {name: item[name] for name in _FIELDS if name in item}
    for name in _TIMES:
        if values.get(name):
            values[name] = keys.moment(values[name])
    askers = {
        asked: Asker(one["token"], keys.moment(one["at"]), one["language"]) for asked, one in item["askers"].items()
    }
    return ReportJob(**values, selection=_to_selection(item["selection"]), askers=askers)


def _of_asker(asker: Asker) -> Item:
    return {"token": asker.token, "at": keys.stamp(asker.at), "language": asker.language}


def _of_selection(selection: Selection) -> Item:
    return {
        "zone": selection.zone,
        "first_day": selection.first_day.isoformat(),
        "last_day": selection.last_day.isoformat(),
        "game_names": list(selection.game_names),
        **{name: sorted(getattr(selection, name)) for name in _SETS},
    }


def _to_selection(item: Item) -> Selection:
    return Selection(
        zone=item["zone"],
        first_day=date.fromisoformat(item["first_day"]),
        last_day=date.fromisoformat(item["last_day"]),
        game_names=tuple(item["game_names"]),
        **{name: frozenset(item[name]) for name in _SETS},
    )


def _wanted(job: ReportJob) -> keys.Key:
    """The key that all jobs for one file share."""
    chosen = _of_selection(job.selection)
    del chosen["game_names"]  # how they were typed
    return keys.report_wanted(
        job.guild_id, derive("reporting", job.format, str(job.mark), job.language, repr(sorted(chosen.items())))
    )


def due_of(job: ReportJob, at: datetime) -> Due:
    """Return the due item by which the sweep looks at a job."""
    return Due(guild_id=job.guild_id, event_id=job.job_id, kind="report", at=at)


def create(table: Table, job: ReportJob, actor: Actor, now: datetime) -> ReportJob:
    """Store a new job and return it; return the job that is making the same file already, now waited for by `job.askers`, too.

    A repeat of a request returns the job that it led to.
    """
    wanted = _wanted(job)
    condition = "attribute_not_exists(#pk)"
    values: dict[str, object] = {}
    for _ in range(_TRIES):
        mark = {**wanted._asdict(), "entity": "reporting", "job_id": job.job_id, "guild_id": job.guild_id}
        try:
            table.write_together(
                Put(to_item(job) | {"touched": touched(actor, now)}),
                Put(mark, condition, values),
                put_due(due_of(job, now + TAKEN_WITHIN)),
            )
        except ConditionFailed as failed:
            if failed.index == 0:
                return _asked_before(table, failed.item, job)
            other = failed.item["job_id"] if failed.item else ""
            joined = _join(table, job, other, now) if other else None
            if joined is not None:
                return joined
            condition, values = "attribute_not_exists(#pk) OR #job_id = :ended", {":ended": other}
        else:
            return job
    raise ConditionFailed(None)


def _asked_before(table: Table, item: Item | None, job: ReportJob) -> ReportJob:
    found = from_item(item) if item and "joined" not in item else get(table, job.guild_id, job.job_id)
    if found is None:
        raise ConditionFailed(item)
    return found


def _join(table: Table, job: ReportJob, other: str, now: datetime) -> ReportJob | None:
    """Let a request wait for another one's job; None when that has ended meanwhile. Its id stands for that job from now on."""
    alias = Put(
        {
            **keys.report(job.guild_id, job.job_id)._asdict(), "entity": "joined", "guild_id": job.guild_id,
            "joined": other, "expires_at": int((now + KEPT_FOR).timestamp()),
        }
    )  # fmt: skip
    writes: list[Write] = [
        Update(
            keys.report(job.guild_id, other),
            "SET #askers.#asked = :asker",
            _ACTIVE,
            {":asker": _of_asker(asker), ":queued": "queued", ":running": "running"},
            {"#asked": asked},
        )
        for asked, asker in job.askers.items()
    ]
    try:
        table.write_together(*writes, alias)
    except ConditionFailed as failed:
        if failed.index < len(writes):
            return None
    found = get(table, job.guild_id, other)
    return found if found and (writes or not found.ended) else None


def get(table: Table, guild_id: str, job_id: str) -> ReportJob | None:
    """Return the job, or the one that a request was joined to, or None: for jobs of before there were selections, too."""
    item = table.get(keys.report(guild_id, job_id))
    if item and "joined" in item:
        item = table.get(keys.report(guild_id, item["joined"]))
    return from_item(item) if item and "selection" in item else None


def get_many(table: Table, guild_id: str, job_ids: Sequence[str]) -> list[ReportJob]:
    """Return those of the jobs that there are, in order, in one request per 100."""
    found = table.get_many([keys.report(guild_id, job_id) for job_id in job_ids])
    return [from_item(item) for item in found if item and "selection" in item]


def claim(table: Table, guild_id: str, job_id: str, holder: str, actor: Actor, now: datetime) -> ReportJob | None:
    """Take a queued job (or one whose worker died) for `LEASE`; None when it is done, failed or in other hands.

    `holder` names the request to build it: what it claimed already, but never heard of, it may claim again.
    """
    try:
        item = table.update(
            Update(
                keys.report(guild_id, job_id),
                "SET #status = :running, #lease = :until, #held_by = :holder, #touched = :touched, #version = #version + :one, "
                "#attempts = #attempts + :one",
                "#status = :queued OR (#status = :running AND (#lease < :now OR #held_by = :holder))",
                {
                    ":queued": "queued",
                    ":running": "running",
                    ":until": keys.stamp(now + LEASE),
                    ":now": keys.stamp(now),
                    ":holder": holder,
                    ":touched": touched(actor, now),
                    ":one": 1,
                },
            )
        )
    except ConditionFailed:
        return None
    return from_item(item)


def note_progress(table: Table, job: ReportJob, rows: int, reached: datetime) -> None:
    """Note how far a claimed job got; raises `ConditionFailed` when it is not the claimer's any more."""
    table.update(
        Update(
            keys.report(job.guild_id, job.job_id),
            "SET #progress = :rows, #reached = :reached",
            "#status = :running AND #version = :version",
            {":rows": rows, ":reached": keys.stamp(reached), ":running": "running", ":version": job.version},
        )
    )


def requeue(table: Table, job: ReportJob, actor: Actor, now: datetime) -> None:
    """Queue a job again that no worker took, or whose worker died; raises `ConditionFailed` when it is in other hands.

    The new version is what the stream tells from the job as it was queued before.
    """
    table.update(
        Update(
            keys.report(job.guild_id, job.job_id),
            "SET #status = :queued, #touched = :touched, #version = #version + :one REMOVE #lease, #held_by",
            f"{_ACTIVE} AND #version = :version",
            {
                ":queued": "queued", ":running": "running", ":version": job.version, ":touched": touched(actor, now),
                ":one": 1,
            },
        )
    )  # fmt: skip


_OUTCOME = (
    "status", "problem", "problem_code", "problem_details", "file_key", "file_name", "file_size", "row_count", "event_count",
    "member_count", "credit", "eligible",
)  # fmt: skip


def finish(table: Table, job: ReportJob, actor: Actor, now: datetime) -> None:
    """Store a job's end: `status` done or failed and what goes with it; `job.version` is the one that was claimed or read.

    Raises `ConditionFailed` when another worker has claimed the job meanwhile, or it has ended.
    """
    sets = ", ".join(f"#{name} = :{name}" for name in _OUTCOME)
    table.write_together(
        Update(
            keys.report(job.guild_id, job.job_id),
            f"SET {sets}, #finished_at = :at, #touched = :touched, #version = #version + :one REMOVE #lease, #held_by",
            f"{_ACTIVE} AND #version = :before",
            {
                **{f":{name}": getattr(job, name) for name in _OUTCOME},
                ":at": keys.stamp(now),
                ":queued": "queued",
                ":running": "running",
                ":before": job.version,
                ":touched": touched(actor, now),
                ":one": 1,
            },
        ),
        Delete(_wanted(job)),
        Delete(keys.due(due_of(job, now))),
    )


def forget_asker(table: Table, guild_id: str, job_id: str, asked: str) -> None:
    """Remove an interaction's token once it was used or is of no use any more."""
    table.update(Update(keys.report(guild_id, job_id), "REMOVE #askers.#asked", names={"#asked": asked}))


def newest(table: Table, guild_id: str, *, limit: int, cursor: str | None = None) -> tuple[list[Item], str | None]:
    """Return summaries (`job_id` and what the index projects) of a guild's jobs, newest first, and a cursor or None."""
    partition = keys.reports_by_time(guild_id)
    after = None
    if cursor is not None:
        after = {
            **keys.report(guild_id, cursor.rpartition("#")[2])._asdict(),
            "gsi1pk": partition,
            "gsi1sk": cursor,
        }
    page = table.query(partition, index="gsi1", limit=limit, after=after, newest_first=True)
    jobs = [item | {"job_id": item["gsi1sk"].rpartition("#")[2]} for item in page.items]
    return jobs, page.last["gsi1sk"] if page.last else None
