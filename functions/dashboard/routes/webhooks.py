"""Outgoing webhooks: subscribe, list, show, change, give a new secret, unsubscribe."""

from __future__ import annotations

from fastapi import APIRouter, Response

from attendance import wiring
from attendance.services import webhook_subscriptions as webhooks
from dashboard.deps import CurrentCaller, IdempotencyKey, ReadVersion, tag
from dashboard.openapi import problems, tagged
from dashboard.schemas.base import Page
from dashboard.schemas.webhooks import RotateIn, WebhookChange, WebhookIn, WebhookOut

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
    tag(response, subscription.version)
    return WebhookOut.of(subscription, with_secret=made)


@router.get("", responses=problems(401, 403), summary="List webhooks")
def list_webhooks(caller: CurrentCaller) -> Page[WebhookOut]:
    """Needs `settings.manage`. There are at most 10, on one page."""
    found = webhooks.list_webhooks(wiring.table(), caller.guild_id, caller.actor)
    return Page(items=[WebhookOut.of(one) for one in found], next=None)


@router.get("/{webhook_id}", responses=tagged() | problems(401, 403), summary="Show a webhook")
def show_webhook(caller: CurrentCaller, webhook_id: str, response: Response) -> WebhookOut:
    """Needs `settings.manage`."""
    found = webhooks.get_webhook(wiring.table(), caller.guild_id, webhook_id, caller.actor)
    tag(response, found.version)
    return WebhookOut.of(found)


@router.patch("/{webhook_id}", responses=tagged() | problems(401, 403, 409, 412), summary="Change a webhook")
def change_webhook(
    caller: CurrentCaller, webhook_id: str, body: WebhookChange, read: ReadVersion, response: Response
) -> WebhookOut:
    """Needs `settings.manage`. `active: true` switches one on again that was switched off for its failures."""
    changes = body.model_dump(exclude_unset=True)
    found = webhooks.change_webhook(
        wiring.table(), caller.guild_id, webhook_id, caller.actor, caller.now, changes, read=read
    )
    tag(response, found.version)
    return WebhookOut.of(found)


@router.post(
    "/{webhook_id}/secret", responses=tagged() | problems(401, 403, 409), summary="Give a webhook a new secret"
)
def rotate_secret(
    caller: CurrentCaller, webhook_id: str, body: RotateIn, key: IdempotencyKey, response: Response
) -> WebhookOut:
    """Needs `settings.manage`. Keep `secret`: it is shown now and never again, not even to the same key.

    Deliveries carry a signature of each secret until the old ones end, so take the new one over within that time.
    """
    actor = caller.acting(f"rotate_secret/{webhook_id}", key, body)
    found, made = webhooks.rotate_secret(
        wiring.table(), caller.guild_id, webhook_id, actor, caller.now, overlap_hours=body.overlap_hours
    )
    tag(response, found.version)
    return WebhookOut.of(found, with_secret=made)


@router.delete(
    "/{webhook_id}", status_code=204, responses=problems(401, 403, 409, 412), summary="Unsubscribe a webhook"
)
def unsubscribe_webhook(caller: CurrentCaller, webhook_id: str, read: ReadVersion) -> None:
    """Needs `settings.manage`."""
    webhooks.unsubscribe_webhook(wiring.table(), caller.guild_id, webhook_id, caller.actor, caller.now, read=read)
