"""The one secret, from Secrets Manager, kept for five minutes."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from attendance.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_secretsmanager.client import SecretsManagerClient

LIFETIME = 300.0
"""Seconds a value is kept: a rotated secret is everywhere within five minutes, and at once where 401 asks for it."""


class ManagedSecret:
    """A JSON secret. `monotonic` is injected by tests."""

    def __init__(
        self, client: SecretsManagerClient, secret_id: str, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._id = secret_id
        self._monotonic = monotonic
        self._value: dict[str, Any] = {}
        self._read_at = float("-inf")

    def read(self, *, fresh: bool = False) -> Mapping[str, Any]:
        """Return the secret, at most five minutes old, or read anew when `fresh`; raises `Unavailable`."""
        if fresh or self._monotonic() - self._read_at > LIFETIME:
            try:
                text = self._client.get_secret_value(SecretId=self._id)["SecretString"]
            except (BotoCoreError, ClientError) as error:
                raise Unavailable("The service cannot read its secret right now.") from error
            self._value = json.loads(text)
            self._read_at = self._monotonic()
        return self._value
