"""Files in the bucket as S3 has them."""

from __future__ import annotations

import boto3
import pytest
from moto import mock_aws

from attendance.aws.files import S3Files
from attendance.errors import Unavailable


@pytest.fixture
def bucket():
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="files")
        yield client


def _names(client):
    return sorted(one["Key"] for one in client.list_objects_v2(Bucket="files").get("Contents", ()))


def test_all_files_under_a_prefix_go_and_no_others(bucket):
    for number in range(1005):
        bucket.put_object(Bucket="files", Key=f"1/{number}/a.csv", Body=b"")
    bucket.put_object(Bucket="files", Key="12/b.csv", Body=b"")
    assert S3Files(bucket, "files").remove_all("1/") == 1005
    assert _names(bucket) == ["12/b.csv"]
    assert S3Files(bucket, "files").remove_all("1/") == 0


def test_a_bucket_that_does_not_answer_is_tried_again_by_whoever_asked(bucket):
    with pytest.raises(Unavailable, match="tried again"):
        S3Files(bucket, "gone").remove_all("1/")
