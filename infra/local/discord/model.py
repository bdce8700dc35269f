"""What the stand-in knows: plain values, nothing that acts.

One :class:`World` is the whole state and is what the snapshot on disk holds. Ids are strings,
as in Discord's JSON. Bodies that Discord hands through unchanged (embeds, components, command
definitions, scheduled events) stay JSON.
"""

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any

from infra.local.discord import identity

type Json = dict[str, Any]


class ChannelType(IntEnum):
    """The channel types this stand-in has."""

    TEXT = 0
    DIRECT = 1
    VOICE = 2
    THREAD = 11
    PRIVATE_THREAD = 12


class MessageFlag(IntFlag):
    """The message flags with an effect here."""

    EPHEMERAL = 64
    LOADING = 128


@dataclass
class User:
    """A person, or the bot."""

    id: str
    username: str
    global_name: str | None
    bot: bool = False
    locale: str = "en-US"
    direct_messages_closed: bool = False


@dataclass
class Role:
    """``permissions`` is Discord's bit set; ``@everyone`` has the guild's id."""

    id: str
    name: str
    permissions: int
    position: int = 1
    color: int = 0


@dataclass
class Overwrite:
    """What a channel gives to, and takes from, one role or member."""

    allow: int = 0
    deny: int = 0


@dataclass
class Member:
    """A user in a guild. ``role_ids`` leaves out ``@everyone``, as Discord does."""

    user_id: str
    joined_at: str
    role_ids: list[str] = field(default_factory=list)
    nick: str | None = None


@dataclass
class Guild:
    """``voice`` maps a user to the voice channel they sit in."""

    id: str
    name: str
    owner_id: str
    locale: str = "en-US"
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    voice: dict[str, str] = field(default_factory=dict)
    scheduled_events: dict[str, Json] = field(default_factory=dict)


@dataclass
class Channel:
    """A guild's channel or thread, or one person's direct messages with the bot."""

    id: str
    type: int
    name: str | None
    guild_id: str | None = None
    parent_id: str | None = None
    recipient_id: str | None = None
    owner_id: str | None = None
    position: int = 0
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    archive_after_minutes: int = 1440
    archived: bool = False
    locked: bool = False
    thread_members: list[str] = field(default_factory=list)
    created_at: str = ""


@dataclass
class Message:
    """``visible_to`` names the one who sees an ephemeral message; None means everyone."""

    id: str
    channel_id: str
    author_id: str
    timestamp: str
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    flags: int = 0
    edited_timestamp: str | None = None
    allowed_mentions: Json | None = None
    visible_to: str | None = None
    nonce: str | None = None
    reply_to: Json | None = None


@dataclass
class Nonce:
    """A message made under a nonce, and when (unix seconds)."""

    message_id: str
    channel_id: str
    made_at: float


@dataclass
class Interaction:
    """One interaction and the webhook that its token opens for 15 minutes."""

    id: str
    token: str
    type: int
    user_id: str
    channel_id: str
    guild_id: str | None = None
    command: str | None = None
    message_id: str | None = None
    original_id: str | None = None
    acknowledged: bool = False
    ephemeral: bool = False


@dataclass
class Grant:
    """An OAuth2 authorization code or token pair."""

    user_id: str
    scopes: list[str]
    expires_at: float
    redirect_uri: str = ""
    challenge: str | None = None
    refresh_token: str | None = None


@dataclass
class Application:
    """The settings that PATCH /applications/@me changes."""

    interactions_endpoint_url: str | None = None
    event_webhooks_url: str | None = None
    event_webhooks_status: int = 1
    event_webhooks_types: list[str] = field(default_factory=list)
    description: str = ""
    #: GATEWAY_GUILD_MEMBERS_LIMITED: the switch that GET members needs.
    flags: int = 1 << 15
    install_params: Json | None = None
    tags: list[str] = field(default_factory=list)


@dataclass
class World:
    """Everything. ``messages`` is by channel, then by message id, oldest first."""

    application: Application = field(default_factory=Application)
    commands: dict[str, Json] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    guilds: dict[str, Guild] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[str, dict[str, Message]] = field(default_factory=dict)
    nonces: dict[str, Nonce] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    modals: dict[str, Json] = field(default_factory=dict)
    codes: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Grant] = field(default_factory=dict)

    @property
    def bot_id(self) -> str:
        """The bot's user has the application's id."""
        return identity.APPLICATION_ID
