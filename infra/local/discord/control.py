"""The control routes under ``/_stand-in/``: what the outside world does to Discord.

People join, roles change, direct messages close, Discord fails, and above all someone types a
command or clicks a button. JSON in and out; a slip in a request is a 422 with ``error``.
"""

import inspect
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from infra.local.discord import control_views, delivery, seed, shapes, world
from infra.local.discord.control_views import channel_view, guild_view, member_view, role_view
from infra.local.discord.errors import Refusal
from infra.local.discord.failures import Failure
from infra.local.discord.gate import json_response
from infra.local.discord.limits import Limit
from infra.local.discord.model import Channel, ChannelType, Guild, Json, Overwrite
from infra.local.discord.options import NotSendable
from infra.local.discord.payloads import Act
from infra.local.discord.permissions import Permission
from infra.local.discord.stand_in import StandIn

type Control = Callable[[StandIn, Json], Any | Awaitable[Any]]


def reset(stand_in: StandIn, body: Json) -> Json:
    """A new world with the demo guild, or with ``demo_guild`` false an empty one."""
    stand_in.reset(demo_guild=body.get("demo_guild", True))
    return control_views.show_snapshot(stand_in, {})


def create_guild(stand_in: StandIn, body: Json) -> Json:
    """``name``, ``owner`` (a new person's name) or ``owner_id``."""
    here, clock = stand_in.world, stand_in.clock
    owner = here.users[body["owner_id"]] if "owner_id" in body else seed.add_person(here, clock, body["owner"])
    return guild_view(stand_in, seed.add_guild(here, clock, body["name"], owner))


def create_member(stand_in: StandIn, body: Json) -> Json:
    """``guild_id`` and ``name`` (a new person) or ``user_id``; ``role_ids``, ``nick``, ``locale``."""
    here, clock, guild = stand_in.world, stand_in.clock, _guild_of(stand_in, body)
    person = here.users[body["user_id"]] if "user_id" in body else seed.add_person(here, clock, body["name"])
    person.locale = body.get("locale", person.locale)
    member = seed.add_member(guild, clock, person.id, list(body.get("role_ids", [])))
    member.nick = body.get("nick")
    return member_view(stand_in, guild, person)


def edit_member(stand_in: StandIn, body: Json) -> Json:
    """Give ``role_ids`` or ``nick``; ``gone`` true takes the member (or the bot) out of the guild."""
    guild = _guild_of(stand_in, body)
    member = world.member_of(stand_in.world, guild, body["user_id"])
    if body.get("gone"):
        del guild.members[member.user_id]
        return {}
    member.role_ids = list(body.get("role_ids", member.role_ids))
    member.nick = body.get("nick", member.nick)
    return member_view(stand_in, guild, stand_in.world.users[member.user_id])


def create_role(stand_in: StandIn, body: Json) -> Json:
    """``guild_id``, ``name``, ``permissions`` (bits), ``color``."""
    bits = int(body.get("permissions", 0))
    return role_view(seed.add_role(_guild_of(stand_in, body), stand_in.clock, body["name"], bits, body.get("color", 0)))


def create_channel(stand_in: StandIn, body: Json) -> Json:
    """``guild_id``, ``name``, ``type`` (0 text, 2 voice)."""
    kind = ChannelType(body.get("type", ChannelType.TEXT))
    return channel_view(seed.add_channel(stand_in.world, stand_in.clock, _guild_of(stand_in, body), body["name"], kind))


def delete_channel(stand_in: StandIn, body: Json) -> Json:
    """A channel and its messages vanish, as when a moderator removes it."""
    channel = world.channel_of(stand_in.world, body["channel_id"])
    del stand_in.world.channels[channel.id]
    stand_in.world.messages.pop(channel.id, None)
    return {}


def set_permissions(stand_in: StandIn, body: Json) -> Json:
    """``channel_id``, ``target_id`` (role or user; the bot when absent), ``allow`` and ``deny`` by name or bits."""
    channel = world.channel_of(stand_in.world, body["channel_id"])
    target = body.get("target_id", stand_in.world.bot_id)
    channel.overwrites[target] = Overwrite(_bits(body.get("allow", 0)), _bits(body.get("deny", 0)))
    return {"bot_permissions": str(world.permissions_of(stand_in.world, stand_in.world.bot_id, channel))}


def set_direct_messages(stand_in: StandIn, body: Json) -> Json:
    """``user_id`` closes (``closed`` true) or opens their direct messages."""
    stand_in.world.users[body["user_id"]].direct_messages_closed = bool(body["closed"])
    return {}


def set_voice(stand_in: StandIn, body: Json) -> Json:
    """``guild_id``, ``user_id``, ``channel_id`` (null leaves)."""
    guild = _guild_of(stand_in, body)
    guild.voice.pop(body["user_id"], None)
    if body.get("channel_id"):
        guild.voice[body["user_id"]] = body["channel_id"]
    return {}


def add_failure(stand_in: StandIn, body: Json) -> Json:
    """The fields of :class:`~infra.local.discord.failures.Failure`."""
    stand_in.failures.pending.append(Failure(**body))
    return {"pending": [asdict(one) for one in stand_in.failures.pending]}


def clear_failures(stand_in: StandIn, _body: Json) -> Json:
    """Nothing fails any more."""
    stand_in.failures.pending.clear()
    return {}


def set_clock(stand_in: StandIn, body: Json) -> Json:
    """``offset_seconds`` from the machine's time."""
    stand_in.clock.offset_seconds = float(body["offset_seconds"])
    return {"now": stand_in.clock.timestamp()}


def set_limit(stand_in: StandIn, body: Json) -> Json:
    """``route``, ``calls``, ``seconds``."""
    stand_in.limits.set(body["route"], Limit(int(body["calls"]), float(body["seconds"])))
    return {}


def sign(stand_in: StandIn, body: Json) -> Json:
    """Headers for any ``body`` text, with ``timestamp`` (unix seconds) or now: for hostile requests."""
    timestamp = str(body.get("timestamp", int(stand_in.clock.seconds())))
    return {"headers": stand_in.signer.headers(str(body["body"]).encode(), timestamp)}


async def interact(stand_in: StandIn, body: Json) -> Json:
    """``kind``, ``user_id``, ``channel_id`` and what :class:`~infra.local.discord.payloads.Act` says of ``data``.

    ``guild_id`` without ``channel_id`` means the guild's first text channel; neither, direct messages.
    """
    channel_id = body.get("channel_id") or _usual_channel(stand_in, body).id
    data = body.get("data", {})
    act = Act(body["kind"], str(body["user_id"]), str(channel_id), data)
    return await delivery.interact(stand_in, act, send=body.get("send", True))


async def send_webhook_event(stand_in: StandIn, body: Json) -> Json:
    """``type`` (APPLICATION_AUTHORIZED ...), ``user_id``, ``guild_id``; or the whole ``data``."""
    data = body.get("data")
    if data is None:
        data = {"user": shapes.user(stand_in.world.users[body["user_id"]])}
        if body["type"] == "APPLICATION_AUTHORIZED":
            data["scopes"] = body.get("scopes", ["applications.commands", "bot"])
        if "guild_id" in body:
            guild = shapes.guild(stand_in.world.guilds[body["guild_id"]])
            data |= {"integration_type": 0, "guild": guild}
    return await delivery.send_event(stand_in, body["type"], data)


def _usual_channel(stand_in: StandIn, body: Json) -> Channel:
    if "guild_id" not in body:
        return world.direct_channel(stand_in.world, stand_in.clock, str(body["user_id"]))
    channels = stand_in.world.channels.values()
    return next(one for one in channels if one.guild_id == body["guild_id"] and one.type == ChannelType.TEXT)


def _guild_of(stand_in: StandIn, body: Json) -> Guild:
    return stand_in.world.guilds[str(body["guild_id"])]


def _bits(given: int | str | list[str]) -> int:
    if isinstance(given, list):
        return sum(int(Permission[name]) for name in given)
    return int(given)


ROUTES: Final[dict[tuple[str, str], Control]] = {
    ("GET", "health"): control_views.show_health,
    ("GET", "snapshot"): control_views.show_snapshot,
    ("GET", "messages"): control_views.list_messages,
    ("GET", "requests"): control_views.list_requests,
    ("GET", "violations"): control_views.list_violations,
    ("GET", "deliveries"): control_views.list_deliveries,
    ("POST", "reset"): reset,
    ("POST", "guilds"): create_guild,
    ("POST", "members"): create_member,
    ("PATCH", "members"): edit_member,
    ("POST", "roles"): create_role,
    ("POST", "channels"): create_channel,
    ("DELETE", "channels"): delete_channel,
    ("POST", "permissions"): set_permissions,
    ("POST", "direct-messages"): set_direct_messages,
    ("POST", "voice"): set_voice,
    ("POST", "failures"): add_failure,
    ("DELETE", "failures"): clear_failures,
    ("POST", "clock"): set_clock,
    ("POST", "limits"): set_limit,
    ("POST", "sign"): sign,
    ("POST", "interact"): interact,
    ("POST", "webhook-event"): send_webhook_event,
}


async def serve(stand_in: StandIn, control: Control, request: Request) -> Response:
    """Run one control route: query for GET, a JSON object for the rest."""
    try:
        body = dict(request.query_params) if request.method == "GET" else await _body(request)
        outcome = control(stand_in, body)
        if inspect.isawaitable(outcome):
            outcome = await outcome
    except NotSendable as refused:
        return json_response(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": str(refused)})
    except Refusal as refused:
        return json_response(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": refused.body["message"]})
    except (KeyError, TypeError, ValueError, StopIteration) as slip:
        error = f"{type(slip).__name__}: {slip} in {control.__name__}: {inspect.getdoc(control)}"
        return json_response(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": error})
    if request.method != "GET":
        stand_in.snapshot.changed()
    return json_response(HTTPStatus.OK, outcome)


async def _body(request: Request) -> Json:
    raw = await request.body()
    body = json.loads(raw) if raw else {}
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body
