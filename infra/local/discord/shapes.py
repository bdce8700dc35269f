"""How things look in Discord's JSON, in REST answers and in interaction payloads."""

import re
from typing import Any, Final

from infra.local.discord.model import Channel, ChannelType, Guild, Json, Member, Message, Role, User, World

_MENTION: Final = re.compile(r"<@!?(\d+)>")
_ROLE_MENTION: Final = re.compile(r"<@&(\d+)>")
_EVERYONE: Final = re.compile(r"@(?:everyone|here)\b")


def user(who: User) -> Json:
    """A user as others see them."""
    shape: Json = {
        "id": who.id,
        "username": who.username,
        "discriminator": "4711" if who.bot else "0",
        "global_name": who.global_name,
        "avatar": None,
        "avatar_decoration_data": None,
        "clan": None,
        "collectibles": None,
        "display_name_styles": None,
        "primary_guild": None,
        "public_flags": 0,
    }
    return shape | ({"bot": True} if who.bot else {})


def own_user(who: User) -> Json:
    """A user as they see themselves at GET /users/@me."""
    return user(who) | {"flags": 0, "mfa_enabled": False, "locale": who.locale, "premium_type": 0}


def bare_member(member: Member) -> Json:
    """A member without user, deaf and mute: the shape inside ``resolved.members``."""
    return {
        "avatar": None,
        "banner": None,
        "collectibles": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": member.joined_at,
        "nick": member.nick,
        "pending": False,
        "premium_since": None,
        "roles": list(member.role_ids),
        "unusual_dm_activity_until": None,
    }


def member(who: User, membership: Member) -> Json:
    """A member as REST gives them."""
    return bare_member(membership) | {"user": user(who), "deaf": False, "mute": False}


def role(what: Role) -> Json:
    """A role. Permissions are a string, as everywhere in Discord's JSON."""
    return {
        "id": what.id,
        "name": what.name,
        "description": None,
        "permissions": str(what.permissions),
        "position": what.position,
        "color": what.color,
        "colors": {"primary_color": what.color, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def guild(what: Guild) -> Json:
    """A guild as the bot gets it."""
    return {
        "id": what.id,
        "name": what.name,
        "icon": None,
        "banner": None,
        "owner_id": what.owner_id,
        "features": [],
        "preferred_locale": what.locale,
        "roles": [role(one) for one in what.roles.values()],
        "emojis": [],
        "stickers": [],
        "verification_level": 1,
        "afk_timeout": 300,
        "premium_tier": 0,
    }


def channel(what: Channel, world: World) -> Json:
    """A channel, thread or direct-message channel."""
    last = next(reversed(world.messages.get(what.id, {})), None)
    shape: Json = {"id": what.id, "type": what.type, "flags": 0, "last_message_id": last}
    if what.type == ChannelType.DIRECT:
        recipient = user(world.users[str(what.recipient_id)])
        return shape | {"recipients": [recipient], "recipient_flags": 0}
    shape |= {"guild_id": what.guild_id, "name": what.name, "parent_id": what.parent_id, "rate_limit_per_user": 0}
    if what.type in (ChannelType.THREAD, ChannelType.PRIVATE_THREAD):
        count = len(world.messages.get(what.id, {}))
        return shape | {
            "owner_id": what.owner_id,
            "member_count": 1 + len(what.thread_members),
            "message_count": count,
            "total_message_sent": count,
            "thread_metadata": {
                "archived": what.archived,
                "archive_timestamp": what.created_at,
                "auto_archive_duration": what.archive_after_minutes,
                "create_timestamp": what.created_at,
                "locked": what.locked,
            },
        }
    if what.type == ChannelType.VOICE:
        shape |= {"bitrate": 64000, "user_limit": 0}
    overwrites = [
        {"id": target, "type": 1 if target in world.users else 0, "allow": str(o.allow), "deny": str(o.deny)}
        for target, o in what.overwrites.items()
    ]
    return shape | {"nsfw": False, "position": what.position, "topic": None, "permission_overwrites": overwrites}


def pinged(what: Message, world: World) -> tuple[list[str], list[str], bool]:
    """Whom a message pings: user ids, role ids, everyone.

    ``allowed_mentions`` decides. Without it a bot's own message parses everything and an
    interaction's answer parses users only: Discord's defaults.
    """
    default = ["users"] if what.reply_to else ["users", "roles", "everyone"]
    allowed = what.allowed_mentions if what.allowed_mentions is not None else {"parse": default}
    parse = allowed.get("parse", [])
    users, roles = allowed.get("users", []), allowed.get("roles", [])
    found = [one for one in dict.fromkeys(_MENTION.findall(what.content)) if one in world.users]
    found_roles = list(dict.fromkeys(_ROLE_MENTION.findall(what.content)))
    return (
        [one for one in found if "users" in parse or one in users],
        [one for one in found_roles if "roles" in parse or one in roles],
        "everyone" in parse and bool(_EVERYONE.search(what.content)),
    )


def message(what: Message, world: World) -> Json:
    """A message as REST and payloads give it."""
    users, roles, everyone = pinged(what, world)
    shape: dict[str, Any] = {
        "id": what.id,
        "channel_id": what.channel_id,
        "type": 20 if what.reply_to else 0,
        "author": user(world.users[what.author_id]),
        "content": what.content,
        "embeds": [{"type": "rich", **embed} for embed in what.embeds],
        "components": what.components,
        "attachments": what.attachments,
        "flags": what.flags,
        "timestamp": what.timestamp,
        "edited_timestamp": what.edited_timestamp,
        "mentions": [user(world.users[one]) for one in users],
        "mention_roles": roles,
        "mention_everyone": everyone,
        "pinned": False,
        "tts": False,
    }
    if what.nonce is not None:
        shape["nonce"] = what.nonce
    if what.reply_to:
        shape |= {"interaction_metadata": what.reply_to, "application_id": what.author_id}
    if what.id in world.channels:
        shape["thread"] = channel(world.channels[what.id], world)
    return shape
