"""Outgoing webhooks: subscribe, list, show, unsubscribe."""

from __future__ import annotations

from fastapi import APIRouter, Response

from attendance import wiring
from attendance.services import webhook_subscriptions as webhooks
from dashboard.deps import CurrentCaller, IdempotencyKey
from dashboard.openapi import problems, tagged
from dashboard.schemas.base import Page
from dashboard.schemas.webhooks import WebhookIn, WebhookOut

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/webhooks", tags=["Webhooks"])


@router.post(
    "", status_code=201, responses=tagged(201, made=True) | problems(401, 403, 409), summary="Subscribe a webhook"
)
def subscribe_webhook(caller: CurrentCaller, body: WebhookIn, key: IdempotencyKey, response: Response) -> WebhookOut:
    """Needs `settings.manage`. Keep `secret`: it is shown now and never again, not even to the same key."""
    actor = caller.acting("subscribe_webhook", key, body)
    subscription, made = webhooks.subscribe_webhook(
        wiring.table(), caller.guild_id, actor, caller.now, url=body.url, topics=tuple(body.topics)
    )
    response.headers["Location"] = f"/api/v1/guilds/{caller.guild_id}/webhooks/{subscription.webhook_id}"
    return WebhookOut.of(subscription, with_secret=made)


@router.get("", responses=problems(401, 403), summary="List webhooks")
def list_webhooks(caller: CurrentCaller) -> Page[WebhookOut]:
    """Needs `settings.manage`. There are at most 10, on one page."""
    found = webhooks.list_webhooks(wiring.table(), caller.guild_id, caller.actor)
    return Page(items=[WebhookOut.of(one) for one in found], next=None)


@router.get("/{webhook_id}", responses=problems(401, 403), summary="Show a webhook")
def show_webhook(caller: CurrentCaller, webhook_id: str) -> WebhookOut:
    """Needs `settings.manage`."""
    return WebhookOut.of(webhooks.get_webhook(wiring.table(), caller.guild_id, webhook_id, caller.actor))


@router.delete("/{webhook_id}", status_code=204, responses=problems(401, 403), summary="Unsubscribe a webhook")
def unsubscribe_webhook(caller: CurrentCaller, webhook_id: str) -> None:
    """Needs `settings.manage`."""
    webhooks.unsubscribe_webhook(wiring.table(), caller.guild_id, webhook_id, caller.actor)
