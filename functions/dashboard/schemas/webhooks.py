"""Outgoing webhooks, and tickets for the WebSocket."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import Field

from attendance.domain.webhook import MAX_FAILURES, MAX_OVERLAP_HOURS, MAX_URL, TOPICS, Topic
from dashboard.schemas.base import Id, Model, Snowflake

if TYPE_CHECKING:
    from attendance.domain.webhook import WebhookSubscription


class WebhookIn(Model):
    """A subscription to make."""

    url: str = Field(
        max_length=MAX_URL, description="https, a public host name.", examples=["https://example.org/hook"]
    )
    topics: list[Topic] = Field(min_length=1, max_length=len(TOPICS), examples=[["event", "sheet"]])


class WebhookChange(Model):
    """What to change; what is left out stays."""

    url: str = Field("", max_length=MAX_URL, examples=["https://example.org/hook"])
    topics: list[Topic] = Field([], min_length=1, max_length=len(TOPICS), examples=[["event", "sheet"]])
    active: bool = Field(
        True, strict=True, description="False: nothing is sent, nor kept for later. True again forgets its failures."
    )


class RotateIn(Model):
    """How long what signs now goes on signing beside the new secret."""

    overlap_hours: int = Field(
        24, strict=True, ge=0, le=MAX_OVERLAP_HOURS, description="0 when a secret leaked: all others end at once."
    )


class WebhookOut(Model):
    """A subscription. `secret` signs deliveries; it is shown once, by the request that made it, and null ever after."""

    webhook_id: Id
    url: str = Field(examples=["https://example.org/hook"])
    topics: list[Topic] = Field(examples=[["event", "sheet"]])
    secret: str | None = Field(examples=[None])
    created_by: Snowflake
    created_at: datetime
    active: bool = Field(description=f"It is switched off after {MAX_FAILURES} deliveries given up in a row.")
    failures: int = Field(description="Deliveries given up since the last one that arrived.", examples=[0])
    old_secrets_end_at: datetime | None = Field(
        description="Until then what the secret replaced signs, too.", examples=[None]
    )
    version: int

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
                "active": subscription.active,
                "failures": subscription.failures,
                "old_secrets_end_at": max((one.ends_at for one in subscription.old_secrets), default=None),
                "version": subscription.version,
            }
        )


class TicketOut(Model):
    """Open `url` with `?ticket=` within `expires_in` seconds, once."""

    ticket: str = Field(examples=["the ticket"])
    url: str = Field(examples=["wss://abc123.execute-api.eu-central-1.amazonaws.com/live"])
    expires_in: int = Field(examples=[30])
