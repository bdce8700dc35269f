"""Channels, messages, direct messages and threads."""

from http import HTTPStatus
from typing import Final

from infra.local.discord import shapes, world
from infra.local.discord.errors import invalid_form, refusal
from infra.local.discord.gate import Answer, Call, Endpoint
from infra.local.discord.model import Channel, ChannelType, Message, World
from infra.local.discord.permissions import Permission

_MOST_LISTED: Final = 100
_DEFAULT_LISTED: Final = 50


def get_channel(call: Call) -> Answer:
    """One channel that the bot sees."""
    channel = world.channel_for_bot(call.stand_in.world, call.path["channel_id"])
    return Answer(body=shapes.channel(channel, call.stand_in.world))


def open_direct_channel(call: Call) -> Answer:
    """The direct messages with one person; the same channel every time."""
    channel = world.direct_channel(call.stand_in.world, call.stand_in.clock, str(call.body.get("recipient_id")))
    return Answer(body=shapes.channel(channel, call.stand_in.world))


def create_message(call: Call) -> Answer:
    """A message of the bot. With ``enforce_nonce`` a nonce used lately returns its message instead."""
    here, clock = call.stand_in.world, call.stand_in.clock
    channel = world.channel_of(here, call.path["channel_id"])
    world.channel_for_bot(here, channel.id, world.permission_to_send(channel))
    world.refuse_closed_direct_messages(here, channel)
    nonce = call.body.get("nonce")
    if nonce is not None and call.body.get("enforce_nonce"):
        earlier = world.message_of_nonce(here, clock, here.bot_id, str(nonce))
        if earlier:
            return Answer(body=shapes.message(earlier, here))
    message = world.add_message(here, clock, channel, here.bot_id, call.body)
    if nonce is not None:
        world.remember_nonce(here, clock, message, str(nonce))
    return Answer(body=shapes.message(message, here))


def list_messages(call: Call) -> Answer:
    """A channel's messages, newest first; ``before``, ``after`` and ``limit`` as at Discord."""
    here = call.stand_in.world
    channel = world.channel_for_bot(here, call.path["channel_id"], Permission.READ_MESSAGE_HISTORY)
    limit = call.number("limit", _DEFAULT_LISTED)
    if not 1 <= limit <= _MOST_LISTED:
        raise invalid_form(["limit: int value should be between 1 and 100."])
    messages = [one for one in here.messages.get(channel.id, {}).values() if one.visible_to is None]
    if "before" in call.query:
        messages = [one for one in messages if int(one.id) < call.number("before", 0)]
    if "after" in call.query:
        messages = [one for one in messages if int(one.id) > call.number("after", 0)][:limit]
    return Answer(body=[shapes.message(one, here) for one in reversed(messages[-limit:])])


def get_message(call: Call) -> Answer:
    """One message that is not ephemeral."""
    message = _public_message(call)
    return Answer(body=shapes.message(message, call.stand_in.world))


def edit_message(call: Call) -> Answer:
    """Change one of the bot's own messages."""
    message = _public_message(call)
    if message.author_id != call.stand_in.world.bot_id:
        raise refusal(50005)
    world.edit_message(call.stand_in.clock, message, call.body)
    return Answer(body=shapes.message(message, call.stand_in.world))


def delete_message(call: Call) -> Answer:
    """Remove a message; another author's needs MANAGE_MESSAGES."""
    here = call.stand_in.world
    message = _public_message(call)
    if message.author_id != here.bot_id:
        world.channel_for_bot(here, message.channel_id, Permission.MANAGE_MESSAGES)
    del here.messages[message.channel_id][message.id]
    return Answer(HTTPStatus.NO_CONTENT)


def create_thread_from_message(call: Call) -> Answer:
    """A thread with the message's id, one per message."""
    message = _public_message(call)
    if message.id in call.stand_in.world.channels:
        raise refusal(160004)
    return _create_thread(call, message.id, ChannelType.THREAD)


def create_thread(call: Call) -> Answer:
    """A thread of its own: private unless the body says type 11."""
    kind = ChannelType(call.body.get("type", ChannelType.PRIVATE_THREAD))
    return _create_thread(call, call.stand_in.clock.snowflake(), kind)


def _create_thread(call: Call, thread_id: str, kind: ChannelType) -> Answer:
    here = call.stand_in.world
    parent = world.channel_for_bot(here, call.path["channel_id"], Permission.CREATE_PUBLIC_THREADS)
    thread = Channel(
        thread_id,
        kind,
        call.body["name"],
        parent.guild_id,
        parent_id=parent.id,
        owner_id=here.bot_id,
        archive_after_minutes=call.body.get("auto_archive_duration", 1440),
        created_at=call.stand_in.clock.timestamp(),
    )
    here.channels[thread.id] = thread
    return Answer(HTTPStatus.CREATED, shapes.channel(thread, here))


def edit_thread(call: Call) -> Answer:
    """Change a thread. Locking needs MANAGE_THREADS, and one that is archived takes nothing but being opened again."""
    here, body = call.stand_in.world, call.body
    thread = _thread(call, *([Permission.MANAGE_THREADS] if "locked" in call.body else []))
    if thread.archived and body.get("archived") is not False and "name" in body:
        raise refusal(50083)
    thread.name = body.get("name", thread.name)
    thread.archived = body.get("archived", thread.archived)
    thread.locked = body.get("locked", thread.locked)
    return Answer(body=shapes.channel(thread, here))


def add_thread_member(call: Call) -> Answer:
    """Add a member of the guild to a thread that is open; again changes nothing."""
    thread = _thread(call, Permission.SEND_MESSAGES_IN_THREADS)
    if thread.archived:
        raise refusal(50083)
    guild = world.guild_of(call.stand_in.world, str(thread.guild_id))
    member = world.member_of(call.stand_in.world, guild, call.path["user_id"])
    if member.user_id not in thread.thread_members:
        thread.thread_members.append(member.user_id)
    return Answer(HTTPStatus.NO_CONTENT)


def _thread(call: Call, *needed: Permission) -> Channel:
    thread = world.channel_for_bot(call.stand_in.world, call.path["channel_id"], *needed)
    if thread.type not in (ChannelType.THREAD, ChannelType.PRIVATE_THREAD):
        raise refusal(50013)  # the bot is not here to change the guild's channels
    return thread


def _public_message(call: Call) -> Message:
    here: World = call.stand_in.world
    channel = world.channel_for_bot(here, call.path["channel_id"])
    message = world.message_of(here, channel.id, call.path["message_id"])
    if message.visible_to is not None:
        raise refusal(10008)
    return message


_MESSAGES: Final = "/channels/{channel_id}/messages"
_MESSAGE: Final = "/channels/{channel_id}/messages/{message_id}"

ENDPOINTS: Final = (
    Endpoint("GET", "/channels/{channel_id}", get_channel),
    Endpoint("PATCH", "/channels/{channel_id}", edit_thread, schema="UpdateThreadRequestPartial"),
    Endpoint("PUT", "/channels/{channel_id}/thread-members/{user_id}", add_thread_member),
    Endpoint("POST", "/users/@me/channels", open_direct_channel, schema="CreatePrivateChannelRequest"),
    Endpoint("GET", _MESSAGES, list_messages),
    Endpoint("POST", _MESSAGES, create_message, schema="MessageCreateRequest"),
    Endpoint("GET", _MESSAGE, get_message),
    Endpoint("PATCH", _MESSAGE, edit_message, schema="MessageEditRequestPartial"),
    Endpoint("DELETE", _MESSAGE, delete_message),
    Endpoint(
        "POST",
        _MESSAGE + "/threads",
        create_thread_from_message,
        schema="CreateTextThreadWithMessageRequest",
    ),
    Endpoint("POST", "/channels/{channel_id}/threads", create_thread, schema="POST /channels/{channel_id}/threads"),
)
