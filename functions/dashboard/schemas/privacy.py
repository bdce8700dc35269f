"""A member's own data."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field

from dashboard.schemas.base import Model

if TYPE_CHECKING:
    from attendance.domain.own_data import OwnExport


class OwnDataOut(Model):
    """A file of your own data: being made, or done with a link to it."""

    status: Literal["queued", "done", "failed"]
    requested_at: datetime
    file_name: str | None = Field(examples=["my-data-20261126-190000.json"])
    link: str | None = Field(description="Signed now, valid for five minutes; null until it is done.")

    @classmethod
    def of(cls, export: OwnExport, link: str | None = None) -> Self:
        """Show an export."""
        name = export.file_name or None
        return cls(status=export.status, requested_at=export.requested_at, file_name=name, link=link)


class ErasureOut(Model):
    """An erasure that has begun."""

    erasure_id: str
