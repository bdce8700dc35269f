"""What an interaction's answer does: the callback types, and the webhook of the token."""

from typing import Final

from infra.local.discord import shapes, world
from infra.local.discord.clock import milliseconds_of
from infra.local.discord.errors import invalid_form, refusal
from infra.local.discord.model import Interaction, Json, Message, MessageFlag
from infra.local.discord.payloads import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL
from infra.local.discord.stand_in import StandIn

MESSAGE: Final = 4
DEFERRED_MESSAGE: Final = 5
DEFERRED_UPDATE: Final = 6
UPDATE: Final = 7
CHOICES: Final = 8
SHOW_MODAL: Final = 9

#: Which answers each kind of interaction takes.
_TAKES: Final = {
    COMMAND: (MESSAGE, DEFERRED_MESSAGE, SHOW_MODAL),
    COMPONENT: (MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, SHOW_MODAL),
    AUTOCOMPLETE: (CHOICES,),
    MODAL: (MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE),
}
_TOKEN_LIFE_SECONDS: Final = 15 * 60


def apply(stand_in: StandIn, interaction: Interaction, callback: Json) -> Json:
    """Let the first answer take effect; returns what came of it: ``message``, ``choices`` or ``modal``.

    Raises 40060 for a second answer and 50035 for one that breaks Discord's spec or that this
    kind of interaction does not take.
    """
    if interaction.acknowledged:
        raise refusal(40060)
    where = f"answer to {interaction.command or interaction.type}"
    complaints = stand_in.spec.complaints(callback, "InteractionCallback", where)
    kind = callback.get("type")
    allowed = _TAKES[interaction.type]
    if kind in (DEFERRED_UPDATE, UPDATE) and interaction.message_id is None:
        allowed = tuple(one for one in allowed if one not in (DEFERRED_UPDATE, UPDATE))
    if kind not in allowed:
        complaints = [*complaints, f"type: {kind} does not answer this interaction, one of {allowed} does"]
    if complaints:
        raise invalid_form(complaints)
    interaction.acknowledged = True
    data = callback.get("data") or {}
    if kind == CHOICES:
        return {"choices": data.get("choices", [])}
    if kind == SHOW_MODAL:
        shown = {"modal": data, "message_id": interaction.message_id}
        stand_in.world.modals[interaction.user_id] = shown
        return {"modal": data}
    if kind in (DEFERRED_UPDATE, UPDATE):
        return {"message": _updated(stand_in, interaction, data if kind == UPDATE else None)}
    interaction.ephemeral = bool(int(data.get("flags") or 0) & MessageFlag.EPHEMERAL)
    message = _reply(stand_in, interaction, data if kind == MESSAGE else None)
    interaction.original_id = message.id
    return {"message": shapes.message(message, stand_in.world)}


def _updated(stand_in: StandIn, interaction: Interaction, data: Json | None) -> Json:
    here = stand_in.world
    message = world.message_of(here, interaction.channel_id, str(interaction.message_id))
    interaction.original_id = message.id
    if data is not None:
        world.edit_message(stand_in.clock, message, data)
    return shapes.message(message, here)


def _reply(stand_in: StandIn, interaction: Interaction, data: Json | None) -> Message:
    """A message in answer; None is the "is thinking" one that a deferred answer shows."""
    here = stand_in.world
    channel = world.channel_of(here, interaction.channel_id)
    body = data if data is not None else {"content": f"{here.users[here.bot_id].username} is thinking..."}
    message = world.add_message(here, stand_in.clock, channel, here.bot_id, body)
    message.reply_to = world.reply_metadata(here, interaction)
    if data is None:
        message.content = ""
        message.flags |= MessageFlag.LOADING
    if interaction.ephemeral:
        message.flags |= MessageFlag.EPHEMERAL
        message.visible_to = interaction.user_id
    return message


def interaction_of(stand_in: StandIn, token: str) -> Interaction:
    """The interaction of a live token: 10015 for an unknown one, 401/50027 after 15 minutes."""
    interaction = stand_in.world.interactions.get(token)
    if interaction is None:
        raise refusal(10015)
    age = stand_in.clock.seconds() - milliseconds_of(interaction.id) / 1000
    if age > _TOKEN_LIFE_SECONDS:
        raise refusal(50027)
    return interaction


def original(stand_in: StandIn, interaction: Interaction) -> Message:
    """The message that ``@original`` means; 10015 while nothing has been answered."""
    if not interaction.acknowledged:
        raise refusal(10015)
    if interaction.original_id is None:
        raise refusal(10008)
    return world.message_of(stand_in.world, interaction.channel_id, interaction.original_id)


def follow_up(stand_in: StandIn, interaction: Interaction, body: Json) -> Message:
    """One more message. The first after a deferred answer becomes that answer, as at Discord."""
    if not interaction.acknowledged:
        raise refusal(10015)
    waiting = stand_in.world.messages.get(interaction.channel_id, {}).get(interaction.original_id or "")
    if waiting and waiting.flags & MessageFlag.LOADING:
        return world.edit_message(stand_in.clock, waiting, body)
    channel = world.channel_of(stand_in.world, interaction.channel_id)
    message = world.add_message(stand_in.world, stand_in.clock, channel, stand_in.world.bot_id, body)
    message.reply_to = world.reply_metadata(stand_in.world, interaction)
    if message.flags & MessageFlag.EPHEMERAL:
        message.visible_to = interaction.user_id
    return message
