"""Calendar feeds."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field

from dashboard.schemas.base import Id, Model

if TYPE_CHECKING:
    from attendance.domain.feed import Feed

FeedKind = Literal["guild", "mine"]


class CalendarIn(Model):
    """A calendar to make: `guild` has all events of the server, `mine` those that you answered, with where you stand."""

    kind: FeedKind
    renew: bool = Field(False, strict=True, description="Make a new address though there is one, which then ends.")


class CalendarOut(Model):
    """A calendar of yours. `url` is shown once, by the request that made it, and null ever after: it is a secret."""

    calendar_id: Id
    kind: FeedKind
    made_at: datetime
    url: str | None = Field(examples=[None])

    @classmethod
    def of(cls, feed: Feed, url: str | None = None) -> Self:
        """Show a feed."""
        return cls(calendar_id=feed.feed_id, kind=feed.kind, made_at=feed.made_at, url=url)
