"""API Gateway's WebSocket connections as `Sockets`.

A push is one POST a connection, 16 at a time. Nothing waits long for a slow one: a message that cannot be delivered after
the client's own few tries is dropped, and the reader notices the gap by its version.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_apigatewaymanagementapi.client import ApiGatewayManagementApiClient

AT_ONCE = 16
_GONE = ("GoneException", "410")


class GatewaySockets:
    """The open connections of one WebSocket API. `client` brings time-outs and bounded retries (429, 5xx)."""

    def __init__(self, client: ApiGatewayManagementApiClient) -> None:
        self._client = client

    def push(self, connection_ids: Iterable[str], message: str) -> set[str]:
        """Send `message` to each connection at once; returns the ids that are gone for good."""
        data = message.encode()
        ids = list(dict.fromkeys(connection_ids))
        if not ids:
            return set()
        with ThreadPoolExecutor(min(AT_ONCE, len(ids))) as pool:
            delivered = pool.map(lambda connection_id: self._is_there(connection_id, data), ids)
            return {connection_id for connection_id, there in zip(ids, delivered, strict=True) if not there}

    def close(self, connection_id: str) -> None:
        """End a connection; one that is gone already is fine."""
        try:
            self._client.delete_connection(ConnectionId=connection_id)
        except (BotoCoreError, ClientError) as error:
            _log_unless_gone(error, connection_id)

    def _is_there(self, connection_id: str, data: bytes) -> bool:
        try:
            self._client.post_to_connection(ConnectionId=connection_id, Data=data)
        except (BotoCoreError, ClientError) as error:
            return _log_unless_gone(error, connection_id)
        return True


def _log_unless_gone(error: BotoCoreError | ClientError, connection_id: str) -> bool:
    """Return False for a connection that is gone; log any other trouble and return True: it may come back."""
    if isinstance(error, ClientError) and error.response["Error"]["Code"] in _GONE:
        return False
    from attendance.telemetry import log

    log().warning("push_failed", extra={"connection_id": connection_id, "error": type(error).__name__})
    return True
