"""A member's own notifications, and what was told of an event."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import Field

from attendance.domain.notice import TOPICS, Topic
from dashboard.schemas.base import Model

if TYPE_CHECKING:
    from attendance.storage.direct_messages import Direct
    from attendance.storage.told import Notice


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


class NoticeOut(Model):
    """One thing told of an event, with how many were told how."""

    kind: str = Field(examples=["reminder"])
    at: datetime = Field(description="The moment that made it due.")
    posts: int = Field(description="Messages in the channel.")
    mentioned: int = Field(description="Members (or roles) mentioned there.")
    direct: int = Field(description="Members told by direct message.")
    channel: int = Field(description="Members mentioned in the channel because they take no direct messages.")
    muted: int = Field(description="Members who muted it.")
    closed: int = Field(description="Members who take no direct messages, where it stood in the channel already.")
    left: int = Field(description="Members who are no longer in the server.")
    failed: int = Field(description="Messages or members that Discord refused.")
    problem: str = Field(
        description="Why, where something failed: such as `no_access` or `no_channel`; empty otherwise.", examples=[""]
    )

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """Show what was told."""
        return cls(kind=notice.kind, at=notice.at, problem=notice.problem, **notice.counts)
