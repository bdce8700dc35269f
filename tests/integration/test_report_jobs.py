"""A report's job from the question to the answer: shared, watched, given up, refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from attendance.aws.files import PART, S3Files
from attendance.discord.locales import say
from attendance.domain.choice import yes
from attendance.domain.report import MOST_ROWS
from attendance.errors import Conflict, Invalid, Unavailable
from attendance.services import report_building
from attendance.services.analytics import Question
from attendance.services.closing import close_event
from attendance.services.reports import link_to_report, request_report
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.storage import reports
from tests.stories import GUILD, NOW, after, member, officer, raid
from tests.workers import Workers


@pytest.fixture
def workers(monkeypatch, moto_table):
    found = Workers(monkeypatch, moto_table[1])
    event = raid(found.table)
    for number in range(3):
        ann = member(f"Ann{number}", user_id=str(11 + number))
        sign_up(found.table, GUILD, event.event_id, yes("dps"), ann, NOW)
    close_event(found.table, GUILD, event.event_id, officer(), after(61))
    found.run()
    found.now = after(70)
    return found


def ask(workers, request_id="r1", **options):
    return request_report(workers.table, GUILD, officer(request_id=request_id), workers.now, **options)


def told(workers, token):
    return workers.discord.interactions[token]["embeds"][0]


def test_who_asks_for_a_file_that_is_being_made_waits_for_the_same_job_and_is_answered_too(workers):
    for token in ("first", "second"):
        workers.discord.interactions[token] = {}
    first = ask(workers, "a", reply_token="first", locale="de", language="en")
    second = ask(workers, "b", reply_token="second", locale="fr", language="en")
    again = ask(workers, "b", reply_token="second", locale="fr", language="en")
    other, spoken = ask(workers, "c", file_format="pdf"), ask(workers, "e", locale="fr")
    assert second.job_id == again.job_id == first.job_id
    assert len({first.job_id, other.job_id, spoken.job_id}) == 3
    workers.follow(workers.records())
    workers.deliver("reports")
    # moto's stream ends with a transaction that was refused, as the second request's first one is: told by hand.
    workers.queues["notifications"].send({"v": 1, "kind": "report_state", "guild_id": GUILD, "job_id": first.job_id})
    workers.deliver("notifications")
    assert (told(workers, "first")["title"], told(workers, "second")["title"]) == (
        "Dein Bericht ist fertig", "Ton rapport est prêt",
    )  # fmt: skip
    assert reports.get(workers.table, GUILD, first.job_id).askers == {}
    assert ask(workers, "d").job_id != first.job_id


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_every_format_is_made_stored_and_handed_out(workers, kind):
    job = ask(workers, file_format=kind)
    workers.run()
    done = reports.get(workers.table, GUILD, job.job_id)
    assert (done.status, done.row_count, done.member_count, done.event_count) == ("done", 3, 3, 1)
    assert done.file_name.endswith(f".{kind}")
    with pytest.raises(Conflict, match="gone"):
        link_to_report(
            workers.table, workers.files, GUILD, job.job_id, officer(), workers.now + timedelta(days=1, hours=1)
        )


def test_a_file_is_in_the_language_asked_for_else_the_readers_else_the_servers(workers):
    change_settings(workers.table, GUILD, officer(), workers.now, {"language": "de"})
    for number, (options, language) in enumerate(
        [({}, "de"), ({"locale": "ja"}, "de"), ({"locale": "fr"}, "fr"), ({"locale": "fr", "language": "en"}, "en")]
    ):
        job = ask(workers, f"l{number}", **options)
        workers.run()
        done = reports.get(workers.table, GUILD, job.job_id)
        content = workers.files.kept[done.file_key]
        assert done.language == language
        assert done.file_size == len(content)
        assert say(language, "report.fact.snapshot") in content.decode()
    with pytest.raises(Invalid, match="not a language"):
        ask(workers, "x", language="la")


def test_a_job_over_which_two_workers_died_is_given_up_and_told_once(workers):
    workers.discord.interactions["token"] = {}
    job = ask(workers, reply_token="token")
    workers.follow(workers.records())
    workers.queues["reports"].waiting.clear()  # no message of it is left, as when it lies among the dead letters
    for attempt in range(2):
        assert reports.claim(workers.table, GUILD, job.job_id, f"w{attempt}", officer(), workers.now) is not None
        workers.wait(6 * 60 + 30)
        workers.sweep()
        workers.follow(workers.records())
        workers.queues["reports"].waiting.clear()
    ended = reports.get(workers.table, GUILD, job.job_id)
    assert (ended.status, ended.problem_code) == ("failed", "report_broken")
    workers.run()
    assert told(workers, "token")["title"] == "There is no report"
    assert ask(workers, "again").job_id != job.job_id


def test_too_many_rows_for_a_pdf_are_refused_with_advice_and_leave_no_file(workers, monkeypatch):
    monkeypatch.setitem(MOST_ROWS, "pdf", 2)
    job = ask(workers, file_format="pdf")
    workers.run()
    ended = reports.get(workers.table, GUILD, job.job_id)
    assert (ended.status, ended.problem_code) == ("failed", "report_too_long_pdf")
    assert "CSV or XLSX" in ended.problem
    assert workers.files.kept == {}


def test_whoever_waits_sees_how_far_a_long_report_got(workers, monkeypatch):
    workers.discord.interactions["token"] = {}
    job = ask(workers, reply_token="token")
    workers.follow(workers.records())
    claimed = reports.claim(workers.table, GUILD, job.job_id, "w", officer(), workers.now)
    reports.note_progress(workers.table, claimed, 40_000, NOW)
    monkeypatch.setattr(report_building, "TOLD_EVERY", timedelta(0))
    workers.follow(workers.records())
    workers.queues["reports"].waiting.clear()
    workers.deliver("notifications")
    assert told(workers, "token")["title"] == "Your report is being made"
    assert "40,000 rows" in told(workers, "token")["description"]


@pytest.mark.parametrize("question", [Question(games=("No such game",)), Question(members=("11",), statuses=("late",))])
def test_a_filter_that_nothing_fits_fails_in_words(workers, question):
    job = ask(workers, question=question)
    workers.run()
    assert reports.get(workers.table, GUILD, job.job_id).problem_code == "no_rows"


class RefusesPart:
    """A bucket's client that refuses the second part."""

    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        def call(**request):
            self.calls.append(name)
            if name == "upload_part" and request["PartNumber"] == 2:
                raise ClientError({"Error": {"Code": "InternalError"}}, "UploadPart")
            return {"UploadId": "u", "ETag": "e"}

        return call


def test_a_part_that_the_bucket_refuses_ends_the_upload_without_a_file():
    client = RefusesPart()
    with pytest.raises(Unavailable):
        S3Files(client, "bucket").store(
            "k", (b"x" * PART for _ in range(3)), content_type="text/csv", file_name="a.csv"
        )
    assert client.calls == ["create_multipart_upload", "upload_part", "upload_part", "abort_multipart_upload"]
