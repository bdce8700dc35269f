"""The audit log: who changed what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from attendance import wiring
from attendance.domain.audit import AuditFilter
from attendance.services import audit_log
from dashboard.deps import CurrentCaller, Cursor, Limit
from dashboard.openapi import problems
from dashboard.schemas.audit import AuditEntryOut, Surface
from dashboard.schemas.base import Moment, Page

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/audit", tags=["Audit"])


@router.get("", responses=problems(401, 403), summary="List audit entries")
def list_audit_entries(
    caller: CurrentCaller,
    entity: Annotated[
        str | None, Query(max_length=32, description="What kind of thing changed, such as `event`.")
    ] = None,
    subject: Annotated[str | None, Query(max_length=64, description="The id of what changed, or of its event.")] = None,
    actor: Annotated[str | None, Query(max_length=20, description="Who changed it: a Discord id or `system`.")] = None,
    surface: Surface | None = None,
    since: Annotated[Moment | None, Query(description="Then or later.")] = None,
    until: Annotated[Moment | None, Query(description="Then or before.")] = None,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Page[AuditEntryOut]:
    """Needs `audit.view`. The newest first; an entry comes a second or two after its change.

    With filters a page may be short and still have a `next`.
    """
    wanted = AuditFilter(entity=entity, subject=subject, actor_id=actor, surface=surface, since=since, until=until)
    found, after = audit_log.list_entries(
        wiring.table(), caller.guild_id, caller.actor, caller.now, wanted, limit=limit, cursor=cursor
    )
    return Page(items=[AuditEntryOut.of(entry) for entry in found], next=after)
