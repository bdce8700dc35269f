"""What was sent to a webhook, and sending it again."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from attendance import wiring
from attendance.services import webhook_replays
from dashboard.deps import CurrentCaller, Cursor, IdempotencyKey, Limit
from dashboard.openapi import problems
from dashboard.schemas.base import Page
from dashboard.schemas.webhooks import DeliveryOut, ReplayOut

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/webhooks/{webhook_id}", tags=["Webhooks"])


@router.get("/deliveries", responses=problems(401, 403), summary="List a webhook's deliveries")
def list_deliveries(
    caller: CurrentCaller,
    webhook_id: str,
    status: Annotated[Literal["failed"] | None, Query(description="Only those that were given up.")] = None,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Page[DeliveryOut]:
    """Needs `settings.manage`. Those of the last two weeks, the newest first."""
    found, after = webhook_replays.list_deliveries(
        wiring.table(),
        caller.guild_id,
        webhook_id,
        caller.actor,
        caller.now,
        failed_only=status == "failed",
        limit=limit,
        cursor=cursor,
    )
    return Page(items=[DeliveryOut.of(one) for one in found], next=after)


@router.get("/deliveries/{delivery_id}", responses=problems(401, 403), summary="Show a delivery")
def show_delivery(caller: CurrentCaller, webhook_id: str, delivery_id: str) -> DeliveryOut:
    """Needs `settings.manage`."""
    found = webhook_replays.get_delivery(
        wiring.table(), caller.guild_id, webhook_id, delivery_id, caller.actor, caller.now
    )
    return DeliveryOut.of(found)


@router.post(
    "/deliveries/{delivery_id}/replay", status_code=202, responses=problems(401, 403, 409), summary="Replay a delivery"
)
def replay_delivery(caller: CurrentCaller, webhook_id: str, delivery_id: str, key: IdempotencyKey) -> ReplayOut:
    """Needs `settings.manage`. It is sent again with the same id and body, and tried as a new one is."""
    actor = caller.acting(f"replay_delivery/{webhook_id}/{delivery_id}", key)
    asked = webhook_replays.replay_delivery(wiring.table(), caller.guild_id, webhook_id, delivery_id, actor, caller.now)
    return ReplayOut.of(asked)


@router.post(
    "/deliveries:replay", status_code=202, responses=problems(401, 403, 409), summary="Replay all failed deliveries"
)
def replay_failed(caller: CurrentCaller, webhook_id: str, key: IdempotencyKey) -> ReplayOut:
    """Needs `settings.manage`. Every delivery of the last two weeks that was given up by now, the oldest first."""
    actor = caller.acting(f"replay_failed/{webhook_id}", key)
    return ReplayOut.of(webhook_replays.replay_failed(wiring.table(), caller.guild_id, webhook_id, actor, caller.now))
