"""Reports that cannot be made: refused at once, or a job that ends as failed, told once, without a file, and asked for again."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError
from moto.s3 import models as moto_s3

from attendance.aws import files
from attendance.aws.files import S3Files
from attendance.domain.choice import yes
from attendance.domain.report import MOST_ATTEMPTS, MOST_ROWS
from attendance.errors import AttendanceError
from attendance.services.analytics import Question
from attendance.services.closing import close_event
from attendance.services.report_building import TRIES
from attendance.services.reports import request_report
from attendance.services.sign_ups import sign_up
from attendance.storage import reports
from reports import csv_builder
from tests.discord_in_memory import APPLICATION
from tests.stories import GUILD, NOW, after, member, officer, raid
from tests.workers import Crash, Workers

if TYPE_CHECKING:
    from attendance.domain.event import Event

BUCKET = "reports"
EVERY_FORMAT = pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])


class AfterARaid(Workers):
    """Workers of a guild whose raid is over and not closed yet."""

    event: Event


@pytest.fixture
def workers(monkeypatch, moto_table):
    found = AfterARaid(monkeypatch, moto_table[1])
    found.event = raid(found.table)
    for number in range(3):
        ann = member(f"Ann{number}", user_id=str(11 + number))
        sign_up(found.table, GUILD, found.event.event_id, yes("dps"), ann, NOW)
    found.now = after(61)
    return found


def closed(workers):
    close_event(workers.table, GUILD, workers.event.event_id, officer(), workers.now)
    workers.run()


def asked(workers, token, *, longest=3600, **options):
    """Ask in Discord, and let everything run that follows within `longest` seconds; return the job as it is then."""
    workers.discord.interactions[token] = {}
    job = request_report(workers.table, GUILD, officer(request_id=token), workers.now, reply_token=token, **options)
    workers.run(longest=longest)
    return reports.get(workers.table, GUILD, job.job_id)


def told(workers, token):
    """The titles of what was said to who asked, one after the other."""
    path = f"PATCH /webhooks/{APPLICATION}/{token}/messages/@original"
    return [workers.discord.interactions[token]["embeds"][0]["title"]] * workers.discord.calls[path]


def brought_again(workers, job):
    """The queue brings an old message once more."""
    workers.queues["reports"].send({"v": 1, "kind": "report", "guild_id": GUILD, "job_id": job.job_id})
    workers.run()


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (Question(first=date(2026, 12, 2), last=date(2026, 12, 1)), "range_reversed"),
        (Question(first=date(2020, 1, 1), last=date(2026, 12, 1)), "range_too_long"),
        (Question(events=("0" * 16,)), "no_such_event"),
        (Question(events=("no id",)), "bad_filter"),
        (Question(series=("0" * 16,)), "no_such_series"),
        (Question(members=("112233445566778899",)), "no_such_member"),
        (Question(members=("Ann",)), "bad_filter"),
        (Question(discord_roles=("@everyone",)), "bad_filter"),
        (Question(statuses=("asleep",)), "bad_filter"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_question_that_cannot_be_meant_is_refused_at_once_and_leaves_no_job(workers, question, code):
    with pytest.raises(AttendanceError) as refused:
        request_report(workers.table, GUILD, officer(), workers.now, question=question)
    assert refused.value.code == code
    assert reports.newest(workers.table, GUILD, limit=5)[0] == []
    workers.run()
    assert workers.queues["reports"].sent == []


@EVERY_FORMAT
def test_a_range_without_rows_fails_once_and_is_made_when_asked_for_after_there_are_some(workers, kind):
    failed = asked(workers, "early", file_format=kind)
    assert (failed.status, failed.problem_code, failed.askers) == ("failed", "no_rows", {})
    brought_again(workers, failed)
    assert told(workers, "early") == ["There is no report"]
    assert workers.files.kept == {}
    closed(workers)
    assert asked(workers, "later", file_format=kind).status == "done"
    assert told(workers, "later") == ["Your report is ready"]
    assert len(workers.files.kept) == 1


@EVERY_FORMAT
def test_too_many_rows_fail_once_with_the_number_that_fits_and_fewer_are_made(workers, kind, monkeypatch):
    closed(workers)
    monkeypatch.setitem(MOST_ROWS, kind, 2)
    failed = asked(workers, "all", file_format=kind)
    assert failed.status == "failed"
    assert "2 rows at most" in failed.problem
    assert "Choose fewer days or events" in failed.problem
    brought_again(workers, failed)
    assert told(workers, "all") == ["There is no report"]
    assert workers.files.kept == {}
    assert asked(workers, "less", file_format=kind, question=Question(members=("11", "12"))).row_count == 2


@pytest.fixture
def deaths(workers, monkeypatch):
    """Workers die over half a file as often as this says; what they wrote of it lies in `died`."""
    store, found = workers.files.store, SimpleNamespace(left=0, died=[])

    def dying(key, chunks, **given):
        if found.left:
            found.left -= 1
            found.died.append(next(iter(chunks)))
            raise Crash
        return store(key, chunks, **given)

    monkeypatch.setattr(workers.files, "store", dying)
    return found


def minutes_pass(workers, minutes):
    """The minute sweep comes round as it does, and queues bring again what was not done."""
    for _ in range(minutes):
        workers.wait(60)
        workers.sweep()
        workers.run(longest=0)


@EVERY_FORMAT
def test_a_worker_that_dies_half_way_leaves_no_file_and_the_next_one_makes_it(workers, kind, deaths):
    closed(workers)
    deaths.left = 1
    job = asked(workers, "token", longest=0, file_format=kind)
    assert (job.status, len(deaths.died), workers.files.kept) == ("running", 1, {})
    minutes_pass(workers, 8)
    assert reports.get(workers.table, GUILD, job.job_id).status == "done"
    assert len(workers.files.kept) == 1
    assert told(workers, "token") == ["Your report is ready"]


def test_a_job_over_which_every_worker_dies_is_given_up_while_its_asker_can_still_be_told_once(workers, deaths):
    closed(workers)
    deaths.left = 99
    job = asked(workers, "token", longest=0)
    minutes_pass(workers, 14)
    job = reports.get(workers.table, GUILD, job.job_id)
    assert (job.status, job.problem_code, job.askers) == ("failed", "report_broken", {})
    assert len(deaths.died) == MOST_ATTEMPTS
    assert told(workers, "token") == ["There is no report"]
    assert workers.files.kept == {}
    deaths.left = 0
    assert asked(workers, "again").status == "done"


@pytest.fixture
def refusals(workers):
    """The table refuses as many claims of a job as this says, with `code`."""
    found = SimpleNamespace(left=0, code="ThrottlingException")

    def answer(params, **_):
        if found.left and "#attempts" in params.get("UpdateExpression", ""):
            found.left -= 1
            raise ClientError({"Error": {"Code": found.code, "Message": "injected"}}, "UpdateItem")

    workers.table._client.meta.events.register("provide-client-params.dynamodb.UpdateItem", answer)
    return found


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerError"])
def test_a_report_whose_worker_is_refused_at_its_very_claim_is_made_within_minutes_and_told_once(
    workers, refusals, code
):
    closed(workers)
    refusals.left, refusals.code = 1, code
    job = asked(workers, "token", longest=0)
    assert (job.status, refusals.left) == ("queued", 0)
    minutes_pass(workers, 3)
    job = reports.get(workers.table, GUILD, job.job_id)
    assert (job.status, job.attempts, job.askers) == ("done", 1, {})
    assert told(workers, "token") == ["Your report is ready"]
    minutes_pass(workers, 60)  # the queue brings back what was refused
    assert told(workers, "token") == ["Your report is ready"]
    assert len(workers.files.kept) == 1
    assert not workers.queues["reports"].waiting


def test_a_report_whose_workers_are_refused_once_more_is_told_while_the_interaction_lives(workers, refusals):
    closed(workers)
    refusals.left = 2
    asked(workers, "token", longest=0)
    minutes_pass(workers, 10)
    assert told(workers, "token") == ["Your report is ready"]


def test_a_report_that_waits_behind_others_is_queued_again_and_still_made_and_told_once(workers):
    closed(workers)
    workers.consumed = ("notifications",)  # all workers are busy with other reports
    job = asked(workers, "token", longest=0)
    minutes_pass(workers, 9)
    assert len(workers.queues["reports"].waiting) == 3
    workers.consumed = Workers.consumed
    minutes_pass(workers, 1)
    job = reports.get(workers.table, GUILD, job.job_id)
    assert (job.status, job.attempts) == ("done", 1)
    assert told(workers, "token") == ["Your report is ready"]
    assert not workers.queues["reports"].waiting


def test_a_second_message_of_a_report_that_is_being_made_is_done_with_and_the_sweep_follows_the_first(workers):
    closed(workers)
    workers.consumed = ("notifications",)
    job = asked(workers, "token", longest=0)
    reports.claim(workers.table, GUILD, job.job_id, "another message", officer(), workers.now)
    workers.consumed = Workers.consumed
    workers.run(longest=0)
    assert reports.get(workers.table, GUILD, job.job_id).status == "running"
    assert not workers.queues["reports"].waiting, "it would be back in half an hour, and wait as if nobody worked"
    minutes_pass(workers, 7)  # the worker that has it died
    assert reports.get(workers.table, GUILD, job.job_id).status == "done"
    assert told(workers, "token") == ["Your report is ready"]


def test_a_report_that_no_worker_takes_for_an_hour_is_given_up(workers):
    closed(workers)
    workers.consumed = ("notifications",)
    job = asked(workers, "token", longest=0)
    minutes_pass(workers, 59)
    assert reports.get(workers.table, GUILD, job.job_id).status == "queued"
    minutes_pass(workers, 6)
    job = reports.get(workers.table, GUILD, job.job_id)
    assert (job.status, job.problem_code, job.attempts) == ("failed", "report_broken", 0)


@pytest.fixture
def bucket(workers, monkeypatch):
    """The bucket as S3 has it, with small parts, of which a report has two; `refused` counts down the second parts that it does not take."""
    monkeypatch.setattr(files, "PART", 100)
    monkeypatch.setattr(csv_builder, "_CHUNK", 100)
    monkeypatch.setattr(moto_s3, "S3_UPLOAD_PART_MIN_SIZE", 1)
    client = boto3.client("s3", region_name="us-east-1", config=Config(retries={"total_max_attempts": 1}))
    client.create_bucket(Bucket=BUCKET)
    found = SimpleNamespace(refused=0, client=client)

    def answer(params, **_):
        if params["PartNumber"] == 2 and found.refused:
            found.refused -= 1
            raise ConnectionClosedError(endpoint_url=BUCKET)

    client.meta.events.register("provide-client-params.s3.UploadPart", answer)
    workers.files = S3Files(client, BUCKET)
    return found


def left_in(bucket):
    """What is in the bucket: files, and uploads that were not ended."""
    whole = bucket.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return [one["Key"] for one in whole], bucket.client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])


def test_a_part_that_the_bucket_refuses_for_a_while_is_waited_out(workers, bucket):
    closed(workers)
    bucket.refused = TRIES - 1
    job = asked(workers, "token")
    assert (job.status, bucket.refused) == ("done", 0)
    assert left_in(bucket) == ([job.file_key], [])
    assert told(workers, "token") == ["Your report is ready"]


def test_a_part_that_the_bucket_keeps_refusing_fails_the_job_once_without_half_a_file(workers, bucket):
    closed(workers)
    bucket.refused = TRIES
    failed = asked(workers, "token")
    assert (failed.status, failed.problem_code, failed.askers) == ("failed", "report_broken", {})
    brought_again(workers, failed)
    assert told(workers, "token") == ["There is no report"]
    assert left_in(bucket) == ([], [])
    again = asked(workers, "again")
    assert left_in(bucket) == ([again.file_key], [])
    assert workers.now - failed.requested_at < timedelta(minutes=5)
