"""Discord's permission arithmetic ("Permissions" in its documentation)."""

from enum import IntFlag
from typing import Final

from infra.local.discord.model import Channel, Guild, Overwrite


class Permission(IntFlag):
    """The bits that something here looks at or grants."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    CREATE_EVENTS = 1 << 44


#: What an owner or administrator has: Discord answers with every bit it knows.
EVERY_BIT: Final = (1 << 54) - 1

#: What a new guild gives to @everyone.
OF_EVERYONE: Final = int(
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.ADD_REACTIONS
    | Permission.EMBED_LINKS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.CONNECT
    | Permission.SPEAK
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)

#: What the install link asks for the bot.
OF_BOT: Final = OF_EVERYONE | int(
    Permission.MANAGE_EVENTS | Permission.MANAGE_THREADS | Permission.CREATE_EVENTS | Permission.ATTACH_FILES
)

#: In direct messages with the bot.
IN_DIRECT_MESSAGES: Final = 562949953863680


def in_guild(guild: Guild, user_id: str) -> int:
    """The member's permissions before any channel's overwrites."""
    if guild.owner_id == user_id:
        return EVERY_BIT
    bits = guild.roles[guild.id].permissions
    for role_id in guild.members[user_id].role_ids:
        bits |= guild.roles[role_id].permissions
    return EVERY_BIT if bits & Permission.ADMINISTRATOR else bits


def in_channel(guild: Guild, user_id: str, channel: Channel) -> int:
    """The member's permissions in a channel. Give a thread's parent for a thread."""
    bits = in_guild(guild, user_id)
    if bits == EVERY_BIT:
        return bits
    nothing = Overwrite()
    everyone = channel.overwrites.get(guild.id, nothing)
    bits = (bits & ~everyone.deny) | everyone.allow
    of_roles = [channel.overwrites.get(role, nothing) for role in guild.members[user_id].role_ids]
    for overwrite in of_roles:
        bits &= ~overwrite.deny
    for overwrite in of_roles:
        bits |= overwrite.allow
    own = channel.overwrites.get(user_id, nothing)
    return (bits & ~own.deny) | own.allow
