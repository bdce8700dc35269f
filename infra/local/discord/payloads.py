"""Interactions as Discord sends them.

What a person does (:class:`Act`) becomes the JSON of "Receiving and Responding": the member with
their permissions in the channel, what was picked in ``resolved``, the message that a component is
on. A payload in a guild has ``member`` and no ``user``; one in direct messages the reverse.
"""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Final

from infra.local.discord import components, identity, options, permissions, shapes, world
from infra.local.discord.clock import Clock
from infra.local.discord.model import Channel, ChannelType, Guild, Interaction, Json, User, World
from infra.local.discord.options import NotSendable, OptionType

COMMAND: Final = 2
COMPONENT: Final = 3
AUTOCOMPLETE: Final = 4
MODAL: Final = 5
KINDS: Final = {"command": COMMAND, "component": COMPONENT, "autocomplete": AUTOCOMPLETE, "modal": MODAL}

_CHAT_INPUT: Final = 1
_ATTACHMENT_LIMIT: Final = 10_485_760
_USER_COMMAND: Final = 2


@dataclass(frozen=True)
class Act:
    """Someone does something in a channel; ``data`` depends on the kind.

    command, autocomplete: ``name`` ("event close"), ``options``, ``target_id`` for context menus,
    ``focused``. component: ``message_id``, ``custom_id``, ``values``. modal: ``values`` by custom_id.
    """

    kind: str
    user_id: str
    channel_id: str
    data: Json = field(default_factory=dict)


def ping() -> Json:
    """What Discord sends to see whether an endpoint lives and checks signatures."""
    system = User(identity.SYSTEM_USER_ID, "discord", "Discord", bot=True)
    return {
        "id": Clock().snowflake(),
        "application_id": identity.APPLICATION_ID,
        "type": 1,
        "version": 1,
        "token": new_token(),
        "user": shapes.user(system) | {"discriminator": "0000", "system": True},
        "app_permissions": "562949953601536",
        "authorizing_integration_owners": {},
        "attachment_size_limit": 524_288_000,
        "entitlements": [],
    }


def new_token() -> str:
    """An interaction token: opaque, unguessable, safe in a path."""
    return base64.urlsafe_b64encode(b"interaction:" + secrets.token_bytes(48)).decode()


def build(here: World, clock: Clock, act: Act) -> tuple[Json, Interaction]:
    """The payload of an act, and the interaction to keep. Raises :class:`NotSendable`."""
    person, channel = here.users.get(act.user_id), here.channels.get(act.channel_id)
    if person is None or channel is None or act.kind not in KINDS:
        raise NotSendable(f"no such person, channel or kind: {act.user_id}, {act.channel_id}, {act.kind}")
    kind = KINDS[act.kind]
    payload: Json = {
        "id": clock.snowflake(),
        "application_id": identity.APPLICATION_ID,
        "type": kind,
        "version": 1,
        "token": new_token(),
        "channel": shapes.channel(channel, here),
        "channel_id": channel.id,
        "locale": person.locale,
        "app_permissions": str(world.permissions_of(here, here.bot_id, channel)),
        "authorizing_integration_owners": {"0": channel.guild_id or "0"},
        "attachment_size_limit": _ATTACHMENT_LIMIT,
        "entitlements": [],
    }
    payload |= _where(here, person, channel)
    interaction = Interaction(payload["id"], payload["token"], kind, person.id, channel.id, channel.guild_id)
    payload |= _what(here, act, channel, interaction)
    return payload, interaction


def _where(here: World, person: User, channel: Channel) -> Json:
    if channel.type == ChannelType.DIRECT:
        if channel.recipient_id != person.id:
            raise NotSendable("these direct messages are someone else's")
        return {"context": 1, "user": shapes.user(person)}
    guild = here.guilds[str(channel.guild_id)]
    if person.id not in guild.members:
        raise NotSendable(f"{person.global_name} is not in {guild.name}")
    bits = world.permissions_of(here, person.id, channel)
    member = shapes.member(person, guild.members[person.id]) | {"permissions": str(bits)}
    where: Json = {
        "context": 0,
        "guild": {"id": guild.id, "features": [], "locale": guild.locale},
        "guild_id": guild.id,
        "guild_locale": guild.locale,
        "member": member,
        "entitlement_sku_ids": [],
    }
    return where | {"channel": shapes.channel(channel, here) | {"permissions": str(bits)}}


def _what(here: World, act: Act, channel: Channel, interaction: Interaction) -> Json:
    guild = here.guilds.get(str(channel.guild_id))
    if interaction.type in (COMMAND, AUTOCOMPLETE):
        interaction.command = str(act.data.get("name", "")).split(" ")[0]
        return {"data": _command(here, act, channel, guild)}
    if interaction.type == COMPONENT:
        message = world.message_of(here, channel.id, str(act.data.get("message_id")))
        if message.visible_to not in (None, act.user_id):
            raise NotSendable("this message is visible to someone else only")
        interaction.message_id = message.id
        data = components.clicked(message.components, str(act.data.get("custom_id")), act.data.get("values"))
        return {"data": data | _resolved_of_components([data], here, guild), "message": shapes.message(message, here)}
    shown = here.modals.pop(act.user_id, None)
    if shown is None:
        raise NotSendable("no modal is open for this person")
    data = components.submitted(shown["modal"], act.data.get("values") or {})
    parts = [part.get("component", {}) for part in data["components"]]
    data |= _resolved_of_components(parts, here, guild)
    interaction.message_id = shown.get("message_id")
    if interaction.message_id is None:
        return {"data": data}
    message = world.message_of(here, channel.id, interaction.message_id)
    return {"data": data, "message": shapes.message(message, here)}


def _command(here: World, act: Act, channel: Channel, guild: Guild | None) -> Json:
    name = str(act.data.get("name", ""))
    by_name = {one["name"]: one for one in here.commands.values()}
    definition = by_name.get(name) or by_name.get(name.partition(" ")[0])
    if definition is None:
        raise NotSendable(f"the application has no command /{name} (it has: {', '.join(by_name) or 'none'})")
    data: Json = {"id": definition["id"], "name": definition["name"], "type": definition["type"]}
    if definition["type"] != _CHAT_INPUT:
        return data | _target(here, act, channel, guild, definition["type"])
    focused = act.data.get("focused") if act.kind == "autocomplete" else None
    path = name.split(" ")[1:]
    filled = options.nested(definition, path, act.data.get("options") or {}, focused)
    if filled:
        data["options"] = filled
    picked = [(leaf["type"], str(leaf["value"])) for leaf in options.leaves(filled)]
    resolved = _resolved(picked, here, guild)
    return data | ({"resolved": resolved} if resolved and focused is None else {})


def _target(here: World, act: Act, channel: Channel, guild: Guild | None, kind: int) -> Json:
    target = str(act.data.get("target_id"))
    if kind == _USER_COMMAND:
        return {"target_id": target, "resolved": _resolved([(OptionType.USER, target)], here, guild)}
    message = shapes.message(world.message_of(here, channel.id, target), here)
    return {"target_id": target, "resolved": {"messages": {target: message}}}


def _resolved_of_components(parts: list[Json], here: World, guild: Guild | None) -> Json:
    kinds = {
        components.USER_SELECT: OptionType.USER,
        components.ROLE_SELECT: OptionType.ROLE,
        components.MENTIONABLE_SELECT: OptionType.MENTIONABLE,
        components.CHANNEL_SELECT: OptionType.CHANNEL,
    }
    picked: list[tuple[int, str]] = [
        (kinds[kind], value)
        for part in parts
        if (kind := part.get("component_type", part.get("type"))) in kinds
        for value in part.get("values", [])
    ]
    resolved = _resolved(picked, here, guild)
    return {"resolved": resolved} if resolved else {}


def _resolved(picked: list[tuple[int, str]], here: World, guild: Guild | None) -> Json:
    """The objects behind picked ids. Raises :class:`NotSendable` for an id that is nothing here."""
    found: dict[str, Json] = {}
    for kind, value in picked:
        is_role = guild is not None and value in guild.roles
        if kind in (OptionType.USER, OptionType.MENTIONABLE) and value in here.users:
            found.setdefault("users", {})[value] = shapes.user(here.users[value])
            if guild and value in guild.members:
                bits = {"permissions": str(permissions.in_guild(guild, value))}
                found.setdefault("members", {})[value] = shapes.bare_member(guild.members[value]) | bits
        elif kind in (OptionType.ROLE, OptionType.MENTIONABLE) and guild and is_role:
            found.setdefault("roles", {})[value] = shapes.role(guild.roles[value])
        elif kind == OptionType.CHANNEL and value in here.channels:
            found.setdefault("channels", {})[value] = shapes.channel(here.channels[value], here)
        elif kind in (OptionType.USER, OptionType.ROLE, OptionType.CHANNEL, OptionType.MENTIONABLE):
            raise NotSendable(f"nothing here has the id {value!r}")
    return found
