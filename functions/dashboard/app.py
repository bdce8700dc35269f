"""The REST API as a FastAPI app (`app`) and as a Lambda function (`handler`)."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

from fastapi import FastAPI
from mangum import Mangum
from starlette.exceptions import HTTPException

from attendance import config
from dashboard import problems
from dashboard.conditions import MediaTypes, Once, Unchanged
from dashboard.guards import Cors, Guard, Marks
from dashboard.openapi import describe
from dashboard.routes import (
    absences,
    analytics,
    api_keys,
    attendance,
    audit,
    auth,
    calendar_files,
    calendars,
    calls,
    characters,
    corrections,
    event_changes,
    events,
    guilds,
    health,
    imports,
    members,
    own_notices,
    presets,
    privacy,
    reports,
    series,
    sessions,
    sign_ups,
    told,
    webhook_deliveries,
    webhooks,
)

app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
ROUTERS = [
    one.router
    for one in (
        health,
        auth,
        characters,
        sessions,
        guilds,
        events,
        event_changes,
        sign_ups,
        absences,
        attendance,
        corrections,
        series,
        presets,
        imports,
        members,
        analytics,
        own_notices,
        privacy,
        told,
        calls,
        reports,
        audit,
        api_keys,
        webhooks,
        webhook_deliveries,
        calendars,
        calendar_files,
    )
]
for router in ROUTERS:
    app.include_router(router)
for middleware in (Unchanged, Once, MediaTypes, Guard, Cors, Marks):  # the last is the outermost
    app.add_middleware(middleware)
problems.install(app, ROUTERS)
app.openapi = lambda: describe(app)  # type: ignore[method-assign]  # FastAPI's own way to replace it


@app.get("/api/v1/openapi.json", include_in_schema=False)
def contract() -> dict[str, Any]:
    """The OpenAPI document; in production API_DOCS.md is where to read it."""
    if config.stage() == "prod":
        raise HTTPException(404)
    return app.openapi()


@cache
def _adapter() -> tuple[Mangum, asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return Mangum(app, lifespan="off"), loop


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of API Gateway (payload format 2.0)."""
    adapter, loop = _adapter()
    asyncio.set_event_loop(loop)  # Mangum asks for the thread's loop, which Python no longer makes by itself
    return adapter(event, context)
