"""A member's own notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field

from attendance.domain.notice import TOPICS, Topic
from dashboard.schemas.base import Model

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.storage.direct_messages import Direct


class OwnNoticesIn(Model):
    """What you want no direct messages about; what is left out of the list is heard again."""

    muted: list[Topic] = Field(max_length=len(TOPICS), examples=[["nudges"]])


class OwnNoticesOut(Model):
    """What you get no direct messages about here, and whether they reach you."""

    muted: list[Topic] = Field(examples=[["nudges"]])
    reachable: bool = Field(description="False while Discord says that you take no direct messages from the bot.")
    version: int

    @classmethod
    def of(cls, direct: Direct, now: datetime) -> Self:
        """Show what is known of a member's direct messages."""
        return cls(muted=list(direct.muted), reachable=direct.takes(now), version=direct.version)
