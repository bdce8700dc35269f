"""Where a stage's data is: its table and bucket on AWS, or those of the stack that runs on this machine.

`STAGE=local` is the stack that `make run` started; the other stages are those of samconfig.toml.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from attendance.storage.table import Table
from infra.local import settings as local_settings
from infra.scanning import AT_ONCE
from infra.stages import NotReady, read_stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb.client import DynamoDBClient


@dataclass(frozen=True)
class Place:
    """A stage's data. `client` makes a boto3 client for a service by its name."""

    stage: str
    table_name: str
    bucket: str
    api_url: str
    client: Callable[[str], Any]

    def dynamodb(self) -> DynamoDBClient:
        """A client for the table."""
        found: DynamoDBClient = self.client("dynamodb")
        return found

    def table(self) -> Table:
        """The table, as the application reads and writes it."""
        return Table(self.dynamodb(), self.table_name)


def _clients(region: str, endpoint: str | None = None) -> Callable[[str], Any]:
    """How clients are made, with time-outs that suit an operator's terminal."""
    patience = Config(connect_timeout=5, read_timeout=30, max_pool_connections=AT_ONCE, retries={"mode": "adaptive"})
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"} if endpoint else {}
    return partial(boto3.client, region_name=region, endpoint_url=endpoint, config=patience, **keys)


def find_place(stage_name: str, *, table_name: str = "") -> Place:
    """Return where a stage's data is, with another table of its account when one is named.

    Raises NotReady with what has to be done first.
    """
    if stage_name == "local":
        place = _on_this_machine()
    else:
        stage = read_stage(stage_name)
        said = stage.outputs()
        place = Place(stage.name, said["TableName"], said["ReportsBucketName"], said["ApiUrl"], _clients(stage.region))
    return replace(place, table_name=table_name) if table_name else place


def _on_this_machine() -> Place:
    state = local_settings.read().state
    try:
        found = json.loads((state / "stack.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotReady("Nothing runs on this machine: start it with `make run` first.") from None
    return Place(
        "local", found["table"], found["bucket"], found["api_url"], _clients("us-east-1", found["emulator_url"])
    )
