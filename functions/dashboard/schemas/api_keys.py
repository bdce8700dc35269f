"""API keys."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field

from attendance.domain.api_key import MAX_NAME, SCOPES
from dashboard.schemas.base import Id, Model, Snowflake

if TYPE_CHECKING:
    from attendance.domain.api_key import ApiKey

Scope = Literal["attendance.manage", "audit.view", "events.manage", "presets.manage", "reports.export", "reports.view"]


class KeyIn(Model):
    """A key to make. A scope lets it read what that right lets its maker read; without any it reads what members see."""

    name: str = Field(max_length=MAX_NAME, examples=["Spreadsheet"])
    scopes: list[Scope] = Field(default=[], max_length=len(SCOPES), examples=[["reports.view"]])


class KeyOut(Model):
    """A key. `key` is shown once, by the request that made it, and null ever after; `used_at` is an hour late at most."""

    key_id: Id
    name: str = Field(examples=["Spreadsheet"])
    scopes: list[Scope] = Field(examples=[["reports.view"]])
    key: str | None = Field(examples=[None])
    created_by: Snowflake
    created_at: datetime
    used_at: datetime | None = Field(examples=[None])

    @classmethod
    def of(cls, key: ApiKey, token: str | None = None) -> Self:
        """Show a key."""
        values = {name: getattr(key, name) for name in cls.model_fields if name != "key"}
        return cls.model_validate(values | {"scopes": list(key.scopes), "key": token})
