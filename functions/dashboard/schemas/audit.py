"""Audit entries."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field

from dashboard.schemas.base import Id, Model

if TYPE_CHECKING:
    from attendance.domain.audit import AuditEntry

Surface = Literal["discord", "web", "system"]


class AuditEntryOut(Model):
    """One change. `before` and `after` hold what changed and nothing else; a secret shows that it changed only."""

    entry_id: Id
    at: datetime
    actor_id: str = Field(examples=["81384788765712384"], description="A Discord id, or `system`.")
    actor_name: str = Field(examples=["Olga"])
    surface: Surface
    entity: str = Field(examples=["event"])
    subject: str = Field(examples=["k3q8zt5v9wxn2m4c"], description="The id of what changed; of a mark `event/user`.")
    before: dict[str, Any] = Field(examples=[{"title": "Raid"}])
    after: dict[str, Any] = Field(examples=[{"title": "Onyxia"}])

    @classmethod
    def of(cls, entry: AuditEntry) -> Self:
        """Show an entry."""
        return cls.model_validate({name: getattr(entry, name) for name in cls.model_fields})
