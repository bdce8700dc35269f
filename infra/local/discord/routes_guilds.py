"""Users, guilds, members, roles, voice states and scheduled events."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from infra.local.discord import permissions, shapes, world
from infra.local.discord.errors import invalid_form, refusal
from infra.local.discord.gate import Answer, Auth, Call, Endpoint
from infra.local.discord.model import Guild, Json
from infra.local.discord.permissions import Permission

_MEMBERS_SWITCH: Final = 1 << 14 | 1 << 15
_MOST_MEMBERS: Final = 1000
_FINAL_STATUS: Final = (3, 4)
_NEXT_STATUS: Final = {1: (1, 2, 4), 2: (2, 3)}
_EXTERNAL: Final = 3
_MOST_EVENTS: Final = 100


def get_own_user(call: Call) -> Answer:
    """The bot, or the person whose token it is (scope ``identify``)."""
    here = call.stand_in.world
    if call.grant and "identify" not in call.grant.scopes:
        raise refusal(50026)
    who = here.users[call.grant.user_id if call.grant else here.bot_id]
    return Answer(body=shapes.own_user(who))


def list_own_guilds(call: Call) -> Answer:
    """The guilds of the bot, or of the person (scope ``guilds``), with their permissions there."""
    here = call.stand_in.world
    if call.grant and "guilds" not in call.grant.scopes:
        raise refusal(50026)
    user_id = call.grant.user_id if call.grant else here.bot_id
    after = call.number("after", 0)
    limit = call.number("limit", 200)
    found = [one for one in here.guilds.values() if user_id in one.members and int(one.id) > after]
    found.sort(key=lambda one: int(one.id))
    return Answer(body=[_own_guild(one, user_id) for one in found[:limit]])


def _own_guild(guild: Guild, user_id: str) -> Json:
    return {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": guild.owner_id == user_id,
        "permissions": str(permissions.in_guild(guild, user_id)),
        "features": [],
    }


def get_guild(call: Call) -> Answer:
    """One guild that the bot is in."""
    return Answer(body=shapes.guild(_guild(call)))


def list_roles(call: Call) -> Answer:
    """All roles, ``@everyone`` among them."""
    return Answer(body=[shapes.role(one) for one in _guild(call).roles.values()])


def list_channels(call: Call) -> Answer:
    """The guild's channels without threads."""
    guild, here = _guild(call), call.stand_in.world
    found = [one for one in here.channels.values() if one.guild_id == guild.id and one.owner_id is None]
    return Answer(body=[shapes.channel(one, here) for one in found])


def list_members(call: Call) -> Answer:
    """Members by id. 50001 while the privileged GUILD_MEMBERS switch is off; the default limit is one."""
    guild, here = _guild(call), call.stand_in.world
    if not here.application.flags & _MEMBERS_SWITCH:
        raise refusal(50001)
    limit = call.number("limit", 1)
    if not 1 <= limit <= _MOST_MEMBERS:
        raise invalid_form(["limit: int value should be between 1 and 1000."])
    after = call.number("after", 0)
    found = sorted((one for one in guild.members.values() if int(one.user_id) > after), key=lambda m: int(m.user_id))
    return Answer(body=[shapes.member(here.users[one.user_id], one) for one in found[:limit]])


def get_member(call: Call) -> Answer:
    """One member."""
    here = call.stand_in.world
    member = world.member_of(here, _guild(call), call.path["user_id"])
    return Answer(body=shapes.member(here.users[member.user_id], member))


def get_voice_state(call: Call) -> Answer:
    """Where one member sits; 10065 when nowhere, 10007 when gone, 50001 where the bot may not see or connect."""
    guild, here = _guild(call), call.stand_in.world
    user_id = world.member_of(here, guild, call.path["user_id"]).user_id
    channel_id = guild.voice.get(user_id)
    if channel_id is None:
        raise refusal(10065)
    bits = world.permissions_of(here, here.bot_id, world.channel_of(here, channel_id))
    if not (bits & Permission.CONNECT and bits & Permission.VIEW_CHANNEL):
        raise refusal(50001)
    quiet = dict.fromkeys(("deaf", "mute", "suppress", "self_stream", "self_deaf", "self_mute", "self_video"), False)
    ids = {"channel_id": channel_id, "guild_id": guild.id, "user_id": user_id, "session_id": f"session-{user_id}"}
    return Answer(body=ids | quiet | {"request_to_speak_timestamp": None})


def list_scheduled_events(call: Call) -> Answer:
    """The guild's native events that are to come or on."""
    found = _guild(call).scheduled_events.values()
    return Answer(body=[one for one in found if one["status"] not in _FINAL_STATUS])


def create_scheduled_event(call: Call) -> Answer:
    """A native event. An external one needs a place and an end; CREATE_EVENTS is needed for all."""
    guild, here, body = _guild(call), call.stand_in.world, call.body
    if not permissions.in_guild(guild, here.bot_id) & Permission.CREATE_EVENTS:
        raise refusal(50013)
    if body["entity_type"] == _EXTERNAL:
        if not (body.get("entity_metadata") or {}).get("location"):
            raise invalid_form(["entity_metadata.location: This field is required"])
        if not body.get("scheduled_end_time"):
            raise invalid_form(["scheduled_end_time: This field is required"])
    elif not body.get("channel_id"):
        raise invalid_form(["channel_id: This field is required"])
    else:
        world.channel_for_bot(here, body["channel_id"], Permission.CONNECT)
    if datetime.fromisoformat(body["scheduled_start_time"]).timestamp() <= call.stand_in.clock.seconds():
        raise invalid_form(["scheduled_start_time: Cannot schedule event in the past."])
    if sum(one["status"] not in _FINAL_STATUS for one in guild.scheduled_events.values()) >= _MOST_EVENTS:
        raise refusal(30038)
    fields: dict[str, Any] = {
        "description": None,
        "channel_id": None,
        "entity_metadata": None,
        "scheduled_end_time": None,
        "image": None,
        "recurrence_rule": None,
    }
    event = fields | body | {
        "id": call.stand_in.clock.snowflake(),
        "guild_id": guild.id,
        "creator_id": here.bot_id,
        "entity_id": None,
        "status": 1,
        "user_count": 0,
    }  # fmt: skip
    guild.scheduled_events[event["id"]] = event
    return Answer(body=event)


def get_scheduled_event(call: Call) -> Answer:
    """One native event."""
    return Answer(body=_scheduled_event(call))


def edit_scheduled_event(call: Call) -> Answer:
    """Change a native event that has not ended; its status goes forward only."""
    event = _scheduled_event(call)
    if event["status"] in _FINAL_STATUS:
        raise refusal(180000)
    if "status" in call.body and call.body["status"] not in _NEXT_STATUS[event["status"]]:
        raise invalid_form(["status: this status cannot follow the present one"])
    event |= call.body
    return Answer(body=event)


def delete_scheduled_event(call: Call) -> Answer:
    """Remove a native event."""
    event = _scheduled_event(call)
    del _guild(call).scheduled_events[event["id"]]
    return Answer(HTTPStatus.NO_CONTENT)


def _guild(call: Call) -> Guild:
    return world.guild_of(call.stand_in.world, call.path["guild_id"])


def _scheduled_event(call: Call) -> Json:
    event = _guild(call).scheduled_events.get(call.path["event_id"])
    if event is None:
        raise refusal(10070)
    return event


_EVENTS: Final = "/guilds/{guild_id}/scheduled-events"

ENDPOINTS: Final = (
    Endpoint("GET", "/users/@me", get_own_user, Auth.EITHER),
    Endpoint("GET", "/users/@me/guilds", list_own_guilds, Auth.EITHER),
    Endpoint("GET", "/guilds/{guild_id}", get_guild),
    Endpoint("GET", "/guilds/{guild_id}/roles", list_roles),
    Endpoint("GET", "/guilds/{guild_id}/channels", list_channels),
    Endpoint("GET", "/guilds/{guild_id}/members", list_members),
    Endpoint("GET", "/guilds/{guild_id}/members/{user_id}", get_member),
    Endpoint("GET", "/guilds/{guild_id}/voice-states/{user_id}", get_voice_state),
    Endpoint("GET", _EVENTS, list_scheduled_events),
    Endpoint("POST", _EVENTS, create_scheduled_event, schema="ScheduledEvent"),
    Endpoint("GET", _EVENTS + "/{event_id}", get_scheduled_event),
    Endpoint("PATCH", _EVENTS + "/{event_id}", edit_scheduled_event, schema="ScheduledEventPatch"),
    Endpoint("DELETE", _EVENTS + "/{event_id}", delete_scheduled_event),
)
