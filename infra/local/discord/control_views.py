"""What the control routes show: the world as JSON for programs that play in it."""

from dataclasses import asdict

from infra.local.discord import permissions, shapes, world
from infra.local.discord.model import Channel, Guild, Json, Role, User
from infra.local.discord.stand_in import StandIn


def show_snapshot(stand_in: StandIn, query: Json) -> Json:
    """Guilds with members, roles and channels; direct channels; messages (``as``: seen by that user)."""
    here = stand_in.world
    viewer = str(query.get("as", ""))
    return {
        "guilds": [guild_view(stand_in, one) for one in here.guilds.values()],
        "users": [shapes.user(one) for one in here.users.values()],
        "direct_channels": [channel_view(one) for one in here.channels.values() if one.recipient_id],
        "commands": list(here.commands.values()),
        "application": asdict(here.application),
        "messages": {channel_id: messages_view(stand_in, channel_id, viewer) for channel_id in here.messages},
    }


def list_messages(stand_in: StandIn, query: Json) -> list[Json]:
    """One channel's messages, oldest first, the ephemeral ones of ``as`` among them."""
    world.channel_of(stand_in.world, str(query["channel_id"]))
    return messages_view(stand_in, str(query["channel_id"]), str(query.get("as", "")))


def list_requests(stand_in: StandIn, query: Json) -> Json:
    """The REST requests received (``route`` filters), and how many were invalid lately."""
    route = query.get("route")
    found = [one for one in stand_in.requests if route in (None, one["route"])]
    return {"requests": found, "invalid": stand_in.limits.invalid_requests(stand_in.clock.seconds())}


def list_violations(stand_in: StandIn, _query: Json) -> Json:
    """What broke Discord's spec, and whether the spec is at hand at all."""
    return {"checked": stand_in.spec.present, "violations": stand_in.spec.violations}


def list_deliveries(stand_in: StandIn, _query: Json) -> list[Json]:
    """Interactions and webhook events sent, with the answer's status and seconds."""
    return list(stand_in.deliveries)


def show_health(stand_in: StandIn, _query: Json) -> Json:
    """Ready; with the public key that the functions need."""
    return {"status": "ok", "public_key": stand_in.signer.public_key, "spec": stand_in.spec.present}


def messages_view(stand_in: StandIn, channel_id: str, viewer: str) -> list[Json]:
    """A channel's messages, oldest first, as one person sees them; ``visible_to`` marks ephemeral ones."""
    found = world.visible_messages(stand_in.world, channel_id, viewer)
    return [shapes.message(one, stand_in.world) | {"visible_to": one.visible_to} for one in found]


def channel_view(channel: Channel) -> Json:
    """A channel's identity."""
    return {key: getattr(channel, key) for key in ("id", "type", "name", "guild_id", "parent_id", "recipient_id")}


def role_view(role: Role) -> Json:
    """A role, its permissions as a string."""
    return asdict(role) | {"permissions": str(role.permissions)}


def member_view(stand_in: StandIn, guild: Guild, person: User) -> Json:
    """A member under the name that people see."""
    member = guild.members[person.id]
    return {
        "id": person.id,
        "name": member.nick or person.global_name or person.username,
        "bot": person.bot,
        "owner": guild.owner_id == person.id,
        "role_ids": member.role_ids,
        "permissions": str(permissions.in_guild(guild, person.id)),
        "direct_messages_closed": stand_in.world.users[person.id].direct_messages_closed,
        "voice_channel_id": guild.voice.get(person.id),
    }


def guild_view(stand_in: StandIn, guild: Guild) -> Json:
    """A guild with its members, roles and channels."""
    here = stand_in.world
    return {
        "id": guild.id,
        "name": guild.name,
        "owner_id": guild.owner_id,
        "members": [member_view(stand_in, guild, here.users[one]) for one in guild.members],
        "roles": [role_view(one) for one in guild.roles.values()],
        "channels": [channel_view(one) for one in here.channels.values() if one.guild_id == guild.id],
    }
