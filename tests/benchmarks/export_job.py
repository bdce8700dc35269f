"""One file, or one answer, over the year in a process of its own, so that its peak of memory is its own.

`python -m tests.benchmarks.export_job KIND EVENTS` prints a line of JSON: `Took` of a report's format, of the same rows by the
csv module alone (`bare`, out of a CSV that was made before), or of the analytics' summary.
"""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks.cold import ROOT
from tests.benchmarks.year import BEGINS, GUILD, event_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BARE, SUMMARY = "bare", "summary"


class Took(NamedTuple):
    """What it took: seconds of CPU and by the clock, megabytes of the process at its highest, rows, bytes, requests, units."""

    kind: str
    cpu: float
    wall: float
    memory: float
    rows: int
    size: int = 0
    requests: int = 0
    units: float = 0
    status: str = "done"


def in_a_process(kind: str, events: int, environment: dict[str, str]) -> Took:
    """Run one in a fresh process, which finds the year's table and bucket by `environment`."""
    path = os.pathsep.join(map(str, (ROOT / "functions", ROOT / "layers" / "core", ROOT)))
    done = subprocess.run(
        [sys.executable, "-m", __name__, kind, str(events)],
        env=os.environ | environment | {"PYTHONPATH": path},
        capture_output=True, text=True, check=False, timeout=1200,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{kind} of {events} events: {done.stderr[-2000:]}")
    return Took(*json.loads(done.stdout.splitlines()[-1]))


def main(kind: str, events: int) -> Took:
    """Make one and return what it took."""
    if kind == BARE:
        return _bare()
    return _summary() if kind == SUMMARY else _report(kind, events)


def _report(kind: str, events: int) -> Took:
    """Make a report as the worker does: claimed, read from the table, written, stored in the bucket, noted."""
    from attendance import wiring
    from attendance.domain.actor import system
    from attendance.domain.report import FORMATS, ReportJob
    from attendance.domain.selection import Selection
    from attendance.services.report_building import build_report
    from attendance.storage import reports
    from reports.app import BUILDERS

    now = wiring.now()
    selection = Selection(
        zone="UTC", first_day=BEGINS.date(), last_day=(BEGINS + timedelta(days=366)).date(),
        events=frozenset(map(event_id, range(events))),
    )  # fmt: skip
    job = ReportJob(
        guild_id=GUILD, job_id=f"{time.time_ns():x}", format=next(one for one in FORMATS if one == kind), selection=selection,
        requested_by="1", requested_at=now,
    )  # fmt: skip
    reports.create(wiring.table(), job, system("bench"), now)
    cpu, wall = time.process_time(), time.perf_counter()
    made = build_report(wiring.table(), wiring.files(), BUILDERS, GUILD, job.job_id, "bench", wiring.now)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    if made is None:
        raise RuntimeError("another worker has the job")
    return Took(kind, cpu, wall, _peak(), made.row_count, made.file_size, status=made.problem_code or made.status)


def _bare() -> Took:
    """Write the rows of a CSV again by the csv module alone: the clock runs while it has rows that are ready, and no longer."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    cpu = wall = 0.0
    rows = size = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.csv")
        _fetch_newest_csv(path)
        with (
            path.open(encoding="utf-8-sig", newline="") as lines,
            path.open(encoding="utf-8-sig", newline="") as wanted,
        ):
            wanted.readline()
            for thousand in batched(_table(csv.reader(lines, quoting=csv.QUOTE_NONNUMERIC)), 1000, strict=False):
                began = time.process_time(), time.perf_counter()
                writer.writerows(thousand)
                text = buffer.getvalue()
                content = text.encode()
                buffer.seek(0)
                buffer.truncate()
                cpu, wall = cpu + time.process_time() - began[0], wall + time.perf_counter() - began[1]
                rows, size = rows + len(thousand), size + len(content)
                if wanted.read(len(text)) != text:
                    raise RuntimeError("the csv module writes other lines than the report has")
    return Took(BARE, cpu, wall, _peak(), rows, size)


def _fetch_newest_csv(path: Path) -> None:
    from attendance import config
    from attendance.aws.clients import make

    bucket, client = config.reports_bucket(), make("s3", read=60)
    found = client.list_objects_v2(Bucket=bucket, Prefix=GUILD)["Contents"]
    newest = max((one for one in found if one["Key"].endswith(".csv")), key=lambda one: one["LastModified"])
    with path.open("wb") as file:
        shutil.copyfileobj(client.get_object(Bucket=bucket, Key=newest["Key"])["Body"], file)


def _table(lines: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield the lines between the headings and what the file says about itself."""
    for number, line in enumerate(lines):
        if not line[0]:
            return
        if number:
            yield line


def _summary() -> Took:
    """Ask for the year at a glance, as the dashboard does."""
    from attendance import wiring
    from attendance.aws.clients import make
    from attendance.domain.actor import Actor
    from attendance.domain.rights import CAPABILITIES
    from attendance.services.analytics import Question, scope_of, show_summary
    from tests.benchmarks.units import Meter

    table = wiring.table()
    meter = Meter(table._client, make("dynamodb"), table._name)
    everyone = Actor(user_id="1", name="Olga", surface="web", request_id="bench", capabilities=CAPABILITIES)
    question = Question(first=BEGINS.date(), last=(BEGINS + timedelta(days=365)).date())
    cpu, wall = time.process_time(), time.perf_counter()
    found = show_summary(table, scope_of(table, GUILD, everyone, datetime.now(UTC), question), datetime.now(UTC))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Took(SUMMARY, cpu, wall, _peak(), found.figures.rows, requests=meter.requests, units=meter.reads)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
