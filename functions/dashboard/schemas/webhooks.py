"""Outgoing webhooks, and tickets for the WebSocket."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import Field

from attendance.domain.webhook import MAX_URL, TOPICS, Topic
from dashboard.schemas.base import Id, Model, Snowflake

if TYPE_CHECKING:
    from attendance.domain.webhook import WebhookSubscription


class WebhookIn(Model):
    """A subscription to make."""

    url: str = Field(
        max_length=MAX_URL, description="https, a public host name.", examples=["https://example.org/hook"]
    )
    topics: list[Topic] = Field(min_length=1, max_length=len(TOPICS), examples=[["event", "sheet"]])


class WebhookOut(Model):
    """A subscription. `secret` signs deliveries; it is shown once, by the request that made it, and null ever after."""

    webhook_id: Id
    url: str = Field(examples=["https://example.org/hook"])
    topics: list[Topic] = Field(examples=[["event", "sheet"]])
    secret: str | None = Field(examples=[None])
    created_by: Snowflake
    created_at: datetime

    @classmethod
    def of(cls, subscription: WebhookSubscription, *, with_secret: bool = False) -> Self:
        """Show a subscription."""
        return cls.model_validate(
            {
                "webhook_id": subscription.webhook_id,
                "url": subscription.url,
                "topics": list(subscription.topics),
                "secret": subscription.secret if with_secret else None,
                "created_by": subscription.created_by,
                "created_at": subscription.created_at,
            }
        )


class TicketOut(Model):
    """Open `url` with `?ticket=` within `expires_in` seconds, once."""

    ticket: str = Field(examples=["the ticket"])
    url: str = Field(examples=["wss://abc123.execute-api.eu-central-1.amazonaws.com/live"])
    expires_in: int = Field(examples=[30])
