"""The ASGI application: Discord's routes, the control routes and the page, around one stand-in."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local.discord import (
    control,
    gate,
    oauth,
    page,
    routes_application,
    routes_guilds,
    routes_messages,
    routes_webhooks,
)
from infra.local.discord.gate import Endpoint
from infra.local.discord.stand_in import StandIn

type Serve = Callable[[Request], Awaitable[Response]]

_API: Final = "/api/v10"
_SAVE_EVERY_SECONDS: Final = 1.0


def create(stand_in: StandIn) -> Starlette:
    """The application for one stand-in."""

    @contextlib.asynccontextmanager
    async def keep_saving(_app: Starlette) -> AsyncIterator[None]:
        saving = asyncio.create_task(_save_for_ever(stand_in))
        try:
            yield
        finally:
            saving.cancel()
            stand_in.save()
            await stand_in.http.aclose()

    return Starlette(
        routes=[*_discord_routes(stand_in), *_control_routes(stand_in), *_page_routes(stand_in)],
        exception_handlers={HTTPStatus.NOT_FOUND: _not_found},
        lifespan=keep_saving,
    )


async def _save_for_ever(stand_in: StandIn) -> None:
    while True:
        await asyncio.sleep(_SAVE_EVERY_SECONDS)
        stand_in.save()


def _discord_routes(stand_in: StandIn) -> list[Route]:
    endpoints = (
        *routes_application.ENDPOINTS,
        *routes_guilds.ENDPOINTS,
        *routes_messages.ENDPOINTS,
        *routes_webhooks.ENDPOINTS,
        *oauth.ENDPOINTS,
    )
    routes = [Route(_API + one.path, _through_gate(stand_in, one), methods=[one.method]) for one in endpoints]
    # Discord's documentation gives the token endpoint without a version too.
    routes += [Route("/api" + one.path, _through_gate(stand_in, one), methods=[one.method]) for one in oauth.ENDPOINTS]

    async def authorize(request: Request) -> Response:
        stand_in.snapshot.changed()
        return await oauth.authorize(stand_in, request)

    return [*routes, *(Route(path, authorize) for path in ("/oauth2/authorize", "/api/oauth2/authorize"))]


def _through_gate(stand_in: StandIn, endpoint: Endpoint) -> Serve:
    async def serve(request: Request) -> Response:
        return await gate.serve(stand_in, endpoint, request)

    return serve


def _control_routes(stand_in: StandIn) -> list[Route]:
    def route(method: str, name: str, run: control.Control) -> Route:
        async def serve(request: Request) -> Response:
            return await control.serve(stand_in, run, request)

        return Route(f"/_stand-in/{name}", serve, methods=[method])

    return [route(method, name, run) for (method, name), run in control.ROUTES.items()]


def _page_routes(stand_in: StandIn) -> list[Route]:
    async def show(request: Request) -> Response:
        return page.show(stand_in, request)

    async def act(request: Request) -> Response:
        return await page.act(stand_in, request)

    async def asset(request: Request) -> Response:
        return page.asset(request.url.path.rpartition("/")[2])

    assets = [Route(f"/_stand-in/{name}", asset) for name in ("page.css", "page.js")]
    return [Route("/", show), Route("/_stand-in/page", act, methods=["POST"]), *assets]


async def _not_found(_request: Request, _error: Exception) -> Response:
    return gate.json_response(HTTPStatus.NOT_FOUND, {"message": "404: Not Found", "code": 0})
