"""What may be asked of the world, and what happens when it is: the rules of the guild.

Every function takes the :class:`World` it works on. What does not exist or is not allowed is
a :class:`~infra.local.discord.errors.Refusal` with Discord's code.
"""

from typing import Final

from infra.local.discord import permissions
from infra.local.discord.clock import Clock
from infra.local.discord.errors import refusal
from infra.local.discord.model import (
    Channel,
    ChannelType,
    Guild,
    Interaction,
    Json,
    Member,
    Message,
    MessageFlag,
    Nonce,
    User,
    World,
)
from infra.local.discord.permissions import Permission

#: Discord says "the past few minutes"; two is what its clients may count on.
NONCE_SECONDS: Final = 120.0

_THREADS: Final = (ChannelType.THREAD, ChannelType.PRIVATE_THREAD)


def guild_of(world: World, guild_id: str) -> Guild:
    """A guild that the bot is in; 10004 for any other."""
    guild = world.guilds.get(guild_id)
    if guild is None or world.bot_id not in guild.members:
        raise refusal(10004)
    return guild


def member_of(world: World, guild: Guild, user_id: str) -> Member:
    """A member; 10013 for an unknown user, 10007 for one who is not in the guild."""
    if user_id not in world.users:
        raise refusal(10013)
    if user_id not in guild.members:
        raise refusal(10007)
    return guild.members[user_id]


def channel_of(world: World, channel_id: str) -> Channel:
    """A channel, whoever may see it; 10003 for an unknown one."""
    channel = world.channels.get(channel_id)
    if channel is None:
        raise refusal(10003)
    return channel


def permissions_of(world: World, user_id: str, channel: Channel) -> int:
    """What a user may do in a channel; nothing where they are not in its guild."""
    if channel.type == ChannelType.DIRECT:
        return permissions.IN_DIRECT_MESSAGES | int(Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)
    guild = world.guilds[str(channel.guild_id)]
    if user_id not in guild.members:
        return 0
    governing = world.channels.get(str(channel.parent_id), channel) if channel.type in _THREADS else channel
    return permissions.in_channel(guild, user_id, governing)


def channel_for_bot(world: World, channel_id: str, *needed: Permission) -> Channel:
    """A channel that the bot sees and where it holds ``needed``.

    Raises 10003 (unknown), 50001 (not visible) or 50013 (visible, but lacking a permission).
    """
    channel = channel_of(world, channel_id)
    bits = permissions_of(world, world.bot_id, channel)
    if not bits & Permission.VIEW_CHANNEL:
        raise refusal(50001)
    if any(not bits & one for one in needed):
        raise refusal(50013)
    return channel


def permission_to_send(channel: Channel) -> Permission:
    """In threads another bit counts."""
    return Permission.SEND_MESSAGES_IN_THREADS if channel.type in _THREADS else Permission.SEND_MESSAGES


def message_of(world: World, channel_id: str, message_id: str) -> Message:
    """A message; 10008 when there is none (any more)."""
    message = world.messages.get(channel_id, {}).get(message_id)
    if message is None:
        raise refusal(10008)
    return message


def visible_messages(world: World, channel_id: str, user_id: str) -> list[Message]:
    """A channel's messages, oldest first, with the ephemeral ones of this user only."""
    return [message for message in world.messages.get(channel_id, {}).values() if message.visible_to in (None, user_id)]


def direct_channel(world: World, clock: Clock, user_id: str) -> Channel:
    """One person's direct messages with the bot, opened when there are none yet; 50033 for no person."""
    recipient = world.users.get(user_id)
    if recipient is None or recipient.bot:
        raise refusal(50033)
    for channel in world.channels.values():
        if channel.recipient_id == user_id:
            return channel
    channel = Channel(clock.snowflake(), ChannelType.DIRECT, None, recipient_id=user_id)
    world.channels[channel.id] = channel
    return channel


def refuse_closed_direct_messages(world: World, channel: Channel) -> None:
    """50007 where the recipient takes none; 50278 where no guild is shared."""
    if channel.recipient_id is None:
        return
    if world.users[channel.recipient_id].direct_messages_closed:
        raise refusal(50007)
    shared = (guild.members for guild in world.guilds.values() if world.bot_id in guild.members)
    if not any(channel.recipient_id in members for members in shared):
        raise refusal(50278)


def numbered(components: list[Json]) -> list[Json]:
    """Components with an ``id`` each, counted in reading order where the sender gave none."""
    next_id = 0

    def number(component: Json) -> Json:
        nonlocal next_id
        next_id += 1
        given = dict(component)
        given["id"] = component.get("id") or next_id
        if "components" in component:
            given["components"] = [number(child) for child in component["components"]]
        return given

    return [number(component) for component in components]


def add_message(world: World, clock: Clock, channel: Channel, author_id: str, body: Json) -> Message:
    """A new message from a request body; 50006 when it would be empty."""
    if not (body.get("content") or body.get("embeds") or body.get("components")):
        raise refusal(50006)
    message = Message(
        id=clock.snowflake(),
        channel_id=channel.id,
        author_id=author_id,
        timestamp=clock.timestamp(),
        content=(body.get("content") or "").strip(),
        embeds=body.get("embeds") or [],
        components=numbered(body.get("components") or []),
        flags=int(body.get("flags") or 0),
        allowed_mentions=body.get("allowed_mentions"),
    )
    world.messages.setdefault(channel.id, {})[message.id] = message
    return message


def edit_message(clock: Clock, message: Message, body: Json) -> Message:
    """Change what ``body`` names and leave the rest: an absent key keeps, an empty list removes."""
    if "content" in body:
        message.content = (body["content"] or "").strip()
    if "embeds" in body:
        message.embeds = body["embeds"] or []
    if "components" in body:
        message.components = numbered(body["components"] or [])
    if "attachments" in body:
        kept = {one["id"]: one for one in message.attachments}
        message.attachments = [one if "url" in one else kept[one["id"]] for one in body["attachments"] or []]
    message.allowed_mentions = body.get("allowed_mentions", message.allowed_mentions)
    message.flags &= ~MessageFlag.LOADING
    message.edited_timestamp = clock.timestamp()
    return message


def message_of_nonce(world: World, clock: Clock, author_id: str, nonce: str) -> Message | None:
    """The message made under this nonce in the last two minutes, None when there is none.

    Raises 10008 when that message has been deleted since: Discord does not make it again.
    """
    now = clock.seconds()
    for key in [key for key, known in world.nonces.items() if now - known.made_at > NONCE_SECONDS]:
        del world.nonces[key]
    known = world.nonces.get(f"{author_id}:{nonce}")
    return message_of(world, known.channel_id, known.message_id) if known else None


def remember_nonce(world: World, clock: Clock, message: Message, nonce: str) -> None:
    """Note which message a nonce made."""
    message.nonce = nonce
    world.nonces[f"{message.author_id}:{nonce}"] = Nonce(message.id, message.channel_id, clock.seconds())


def reply_metadata(world: World, interaction: Interaction) -> Json:
    """What a message that answers an interaction says about it."""
    author: User = world.users[interaction.user_id]
    shape: Json = {
        "id": interaction.id,
        "type": interaction.type,
        "user": {"id": author.id, "username": author.username, "global_name": author.global_name},
        "authorizing_integration_owners": {"0": interaction.guild_id or "0"},
    }
    return shape | ({"name": interaction.command} if interaction.command else {})
