"""Where a stage's data is: its table and bucket on AWS, or those of the stack that runs on this machine.

`STAGE=local` is the stack that `make run` started; the other stages are those of samconfig.toml.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from attendance.storage.table import Table
from infra.local import deployment
from infra.local import settings as local_settings
from infra.local.discord import identity
from infra.scanning import AT_ONCE
from infra.stages import DISCORD_API, NotReady, read_stage, stack_outputs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_dynamodb.client import DynamoDBClient


@dataclass(frozen=True)
class Place:
    """A stage's data and where the rest of it is. `client` makes a boto3 client for a service by its name.

    `outputs` is what the deployed stack says of itself; empty where a place was made without a stack.
    """

    stage: str
    table_name: str
    api_url: str
    client: Callable[[str], Any]
    stack: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    discord_api_url: str = DISCORD_API
    application_id: str = ""

    def dynamodb(self) -> DynamoDBClient:
        """A client for the table."""
        found: DynamoDBClient = self.client("dynamodb")
        return found

    def table(self) -> Table:
        """The table, as the application reads and writes it."""
        return Table(self.dynamodb(), self.table_name)


def find_place(stage_name: str, *, table_name: str = "") -> Place:
    """Return where a stage's data is, with another table of its account when one is named.

    Raises NotReady with what has to be done first.
    """
    place = _on_this_machine() if stage_name == "local" else _on_aws(stage_name)
    return replace(place, table_name=table_name) if table_name else place


def _clients(region: str, endpoint: str | None = None) -> Callable[[str], Any]:
    """How clients are made, with time-outs that suit an operator's terminal."""
    patience = Config(connect_timeout=5, read_timeout=30, max_pool_connections=AT_ONCE, retries={"mode": "adaptive"})
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"} if endpoint else {}
    return partial(boto3.client, region_name=region, endpoint_url=endpoint, config=patience, **keys)


def _on_aws(stage_name: str) -> Place:
    stage = read_stage(stage_name)
    said = stage.outputs()
    return Place(
        stage=stage.name,
        table_name=said["TableName"],
        api_url=said["ApiUrl"],
        client=_clients(stage.region),
        stack=stage.stack,
        outputs=said,
        application_id=stage.parameters["DiscordApplicationId"],
    )


def _on_this_machine() -> Place:
    settings = local_settings.read()
    try:
        found = json.loads((settings.state / "stack.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotReady("Nothing runs on this machine: start it with `make run` first.") from None
    clients = _clients(deployment.REGION, found["emulator_url"])
    discord = settings.discord
    return Place(
        stage="local",
        table_name=found["table"],
        api_url=found["api_url"],
        client=clients,
        stack=deployment.STACK,
        outputs=stack_outputs(clients("cloudformation"), deployment.STACK, "local"),
        discord_api_url=DISCORD_API if discord else f"{found['discord_url']}/api/v10",
        application_id=discord.application_id if discord else identity.APPLICATION_ID,
    )
