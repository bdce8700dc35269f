"""A year of 500,000 rows as files: whole, in memory that does not grow with them, and what is too long refused. Minutes."""

from __future__ import annotations

import boto3
import pytest

from attendance.domain.report import MOST_ROWS
from attendance.storage.table import Table
from tests.benchmarks import exports, year
from tests.benchmarks.export_job import in_a_process
from tests.tables import create_table

pytestmark = [pytest.mark.full, pytest.mark.ministack, pytest.mark.timeout(1800)]
ROWS = year.EVENTS * year.MEMBERS


@pytest.fixture(scope="module")
def world(request, ministack):
    """What names the table with the year, and a bucket, on the emulator."""
    found = {
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": ministack, "TABLE_NAME": "a-year", "REPORTS_BUCKET": "a-years-files",
    }  # fmt: skip
    client = request.getfixturevalue("_emulated")
    create_table(client, found["TABLE_NAME"])
    year.store(Table(client, found["TABLE_NAME"]))
    bucket = boto3.client(
        "s3", endpoint_url=ministack, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    bucket.create_bucket(Bucket=found["REPORTS_BUCKET"])
    yield found
    client.delete_table(TableName=found["TABLE_NAME"])


@pytest.mark.parametrize(
    ("kind", "events"), [("csv", year.EVENTS), ("xlsx", year.EVENTS), ("pdf", MOST_ROWS["pdf"] // year.MEMBERS)]
)
def test_the_longest_files_are_made_whole_within_the_memory_allowed(world, kind, events):
    took = in_a_process(kind, events, world)
    print(took)
    assert (took.status, took.rows) == ("done", events * year.MEMBERS)
    assert took.size > 1_000_000
    assert took.memory < exports.MOST_MEMORY


def test_the_csv_module_alone_writes_the_same_lines(world):
    in_a_process("csv", 20, world)
    assert in_a_process("bare", 20, world).rows == 20 * year.MEMBERS


def test_a_pdf_of_more_rows_is_refused_before_it_is_drawn(world):
    took = in_a_process("pdf", MOST_ROWS["pdf"] // year.MEMBERS + 1, world)
    print(took)
    assert (took.status, took.size) == ("report_too_long_pdf", 0)


def test_figures_of_the_year_are_read_once_in_little_memory(world):
    took = in_a_process("summary", 0, world)
    print(took)
    assert took.rows == ROWS
    assert took.requests < 20
    assert took.memory < exports.MOST_MEMORY
