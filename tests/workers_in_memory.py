"""The workers on DynamoDB in memory: hundreds of histories in the time that a few take on moto."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.storage.keys import DOMAIN_ENTITIES
from tests.dynamodb_in_memory import DynamoDBInMemory
from tests.workers import Faults, Workers, entity_of

if TYPE_CHECKING:
    import pytest


class WorkersInMemory(Workers):
    """One deployment's workers; `dynamodb` is its table."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, dynamodb: DynamoDBInMemory | None = None, faults: Faults | None = None
    ) -> None:
        self.dynamodb = dynamodb or DynamoDBInMemory()
        super().__init__(monkeypatch, "attendance", faults)

    def store(self, _faults: Faults) -> Any:
        return self.dynamodb

    def open_stream(self, _client: Any, _name: str) -> None:
        """It is open: the table hands its records out itself."""

    def records(self) -> list[dict[str, Any]]:
        return [one for one in self.dynamodb.take_records() if entity_of(one) in DOMAIN_ENTITIES]
