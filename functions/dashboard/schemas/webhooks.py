"""Outgoing webhooks, and tickets for the WebSocket."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from attendance.domain.webhook import MAX_FAILURES, MAX_OVERLAP_HOURS, MAX_URL, TOPICS, Topic
from attendance.domain.webhook_delivery import Status, Trouble
from dashboard.schemas.base import Id, Model, Snowflake

if TYPE_CHECKING:
    from attendance.domain.webhook import WebhookSubscription
    from attendance.domain.webhook_delivery import WebhookDelivery
    from attendance.storage.webhook_deliveries import Replay


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


class DeliveryOut(Model):
    """One change on its way to a webhook; `delivery_id` is what the subscriber sees as `Attendance-Delivery`."""

    delivery_id: str = Field(examples=["01f2h4k60k3q8zt5v9wxn2m4c"])
    at: datetime = Field(description="When the change was made.")
    type: str = Field(examples=["event.changed"])
    event_id: Id | None
    status: Status = Field(description="Pending while it is tried, failed once it was given up.")
    attempts: int = Field(examples=[1])
    answer: int | None = Field(description="The status of the last answer.", examples=[204])
    trouble: Trouble | None = Field(description="Why there was no answer.", examples=[None])
    tried_at: datetime | None
    next_try_at: datetime | None = Field(examples=[None])
    message: dict[str, Any] = Field(description="What is sent, beside `id` and `at`.", examples=[{"version": 12}])

    @classmethod
    def of(cls, delivery: WebhookDelivery) -> Self:
        """Show a delivery."""
        values = {name: getattr(delivery, name, None) for name in cls.model_fields}
        about = {"type": delivery.message["type"], "event_id": delivery.message["event_id"]}
        return cls.model_validate(values | about | {"message": dict(delivery.message)})


class ReplayOut(Model):
    """What is sent again: one delivery, or (null) all that had failed. It begins within seconds."""

    replay_id: Id
    webhook_id: Id
    delivery_id: str | None = Field(examples=["01f2h4k60k3q8zt5v9wxn2m4c"])

    @classmethod
    def of(cls, replay: Replay) -> Self:
        """Show what was asked for."""
        return cls(replay_id=replay.replay_id, webhook_id=replay.webhook_id, delivery_id=replay.delivery_id)


class TicketOut(Model):
    """Open `url` with `?ticket=` within `expires_in` seconds, once."""

    ticket: str = Field(examples=["the ticket"])
    url: str = Field(examples=["wss://abc123.execute-api.eu-central-1.amazonaws.com/live"])
    expires_in: int = Field(examples=[30])
