"""The WebSocket function: $connect, $disconnect, subscribe, ping, and an answer to everything else.

What a route returns is sent back on the socket. Nothing is pushed from here: API Gateway knows a connection only after
$connect has answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance import config, wiring
from attendance.errors import AttendanceError, Invalid
from attendance.services import live
from attendance.telemetry import correlated, log
from realtime.answers import connected, error, internal, refused, said, shown, words

if TYPE_CHECKING:
    from collections.abc import Mapping


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one event of the WebSocket API."""
    about = event["requestContext"]
    route, connection_id = about["routeKey"], about["connectionId"]
    with correlated(about.get("requestId") or connection_id):
        try:
            return _ROUTES.get(route, _unknown)(event, connection_id)
        except AttendanceError as found:
            return refused(found) if route == "$connect" else said(error(found))
        except Exception:  # noqa: BLE001 - the last resort: the socket gets an answer, we get the traceback
            log().exception("unhandled", extra={"route": route})
            return internal(route)


def _connect(event: Mapping[str, Any], connection_id: str) -> dict[str, Any]:
    ticket, origin = shown(event)
    origins = config.dashboard_origins()
    live.connect(wiring.table(), connection_id, ticket=ticket, origin=origin, origins=origins, now=wiring.now())
    return connected()


def _disconnect(_event: Mapping[str, Any], connection_id: str) -> dict[str, Any]:
    live.disconnect(wiring.table(), connection_id)
    return connected()


def _subscribe(event: Mapping[str, Any], connection_id: str) -> dict[str, Any]:
    asked = words(event)
    guild_id, event_id = asked.get("guild_id"), asked.get("event_id")
    answer = live.subscribe(
        wiring.table(), wiring.discord(), connection_id, guild_id, event_id, wiring.now(), seen=asked.get("version")
    )
    return said(answer)


def _ping(_event: Mapping[str, Any], connection_id: str) -> dict[str, Any]:
    return said(live.renew(wiring.table(), wiring.discord(), connection_id, wiring.now()))


def _unknown(_event: Mapping[str, Any], _connection_id: str) -> dict[str, Any]:
    raise Invalid('The actions are subscribe and ping: {"action": "subscribe", "guild_id": "…"}.', field="action")


_ROUTES = {"$connect": _connect, "$disconnect": _disconnect, "subscribe": _subscribe, "ping": _ping}
