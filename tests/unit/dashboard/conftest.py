"""The dashboard on a table in memory."""

from __future__ import annotations

import itertools

import boto3
import pytest
from moto import mock_aws

from dashboard import app
from tests.conftest import REGION
from tests.dashboard_driver import Dashboard
from tests.tables import create_table

_names = itertools.count()


@pytest.fixture(scope="module")
def dynamodb():
    """One DynamoDB in memory for a module's tests: making the client takes longer than most of them."""
    with mock_aws():
        yield boto3.client("dynamodb", region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")


@pytest.fixture
def moto_table(dynamodb):
    """A client and the name of a fresh table."""
    name = create_table(dynamodb, f"dashboard-{next(_names)}")
    yield dynamodb, name
    dynamodb.delete_table(TableName=name)


@pytest.fixture
def dashboard(moto_table, monkeypatch):
    """One deployment of the API."""
    yield Dashboard(moto_table, monkeypatch)
    if app._adapter.cache_info().currsize:  # the Lambda handler was used: its loop lives as long as the process
        app._adapter()[1].close()
        app._adapter.cache_clear()
