"""The composition root: the only place that knows which adapter stands behind which port.

Each collaborator is made on first use and kept for the life of the process, so that a PING builds nothing, a click
builds one DynamoDB client, and no function builds what it does not need. Tests replace a collaborator by
monkeypatching its function here.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from attendance import config

if TYPE_CHECKING:
    from attendance import ports
    from attendance.domain.tokens import TokenKeys
    from attendance.storage.table import Table


def now() -> datetime:
    """The one clock: the present moment, aware UTC."""
    return datetime.now(UTC)


def sleep(seconds: float) -> None:
    """The one pause, by the same clock."""
    time.sleep(seconds)


@cache
def table() -> Table:
    """The table. Its time-outs fit into Discord's 3 seconds: two tries of at most 1.2 s."""
    from attendance.aws.clients import make
    from attendance.storage.decoding import decode_once
    from attendance.storage.table import Table

    client = make("dynamodb", connect=0.5, read=1.2, attempts=2, connections=32)
    return Table(decode_once(client), config.table_name())


@cache
def queue(name: str) -> ports.Queue:
    """A queue by its short name: `notifications`, `reports`, `webhooks` or `changes_dead_letter`."""
    from attendance.aws.clients import make
    from attendance.aws.queue import SqsQueue

    return SqsQueue(make("sqs"), config.queue_url(name))


@cache
def files() -> ports.Files:
    """The report bucket."""
    from attendance.aws.clients import make
    from attendance.aws.files import S3Files

    return S3Files(make("s3", read=20, signature_version="s3v4"), config.reports_bucket())


@cache
def erasure_records() -> ports.Files:
    """The bucket that remembers who was erased."""
    from attendance.aws.clients import make
    from attendance.aws.files import S3Files

    return S3Files(make("s3", read=20), config.erasures_bucket())


@cache
def secrets() -> ports.Secrets:
    """The one secret."""
    from attendance.aws.clients import make
    from attendance.aws.secrets import ManagedSecret

    return ManagedSecret(make("secretsmanager", read=3), config.secrets_id())


@cache
def sockets() -> ports.Sockets:
    """The open WebSocket connections."""
    from attendance.aws.clients import make
    from attendance.aws.sockets import GatewaySockets

    endpoint = config.websocket_endpoint()
    return GatewaySockets(make("apigatewaymanagementapi", endpoint_url=endpoint, read=2, connections=16))


@cache
def discord() -> ports.Discord:
    """Discord's REST API with the bot's token."""
    from attendance.discord.client import DiscordClient
    from attendance.storage.discord_limits import SharedLimits

    limits = SharedLimits(table())
    return DiscordClient(config.discord_api_url(), config.discord_application_id(), secrets(), limits, now)


@cache
def interaction_answers() -> ports.Discord:
    """Discord's REST API as far as it needs no bot token: answers to interactions, by their own tokens."""
    from attendance.discord.client import DiscordClient
    from attendance.storage.discord_limits import SharedLimits

    return DiscordClient(config.discord_api_url(), config.discord_application_id(), None, SharedLimits(table()), now)


@cache
def discord_sign_in() -> ports.DiscordSignIn:
    """Discord's OAuth2, with the application's own credentials."""
    from attendance.discord.oauth import DiscordOAuth

    return DiscordOAuth(config.discord_api_url(), config.discord_application_id(), secrets())


def token_keys() -> TokenKeys:
    """The keys that sign access and refresh tokens, at most five minutes old."""
    from attendance.domain.tokens import read_keys

    return read_keys(secrets().read()["token_keys"])
