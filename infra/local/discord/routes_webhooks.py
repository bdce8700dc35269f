"""What an interaction's token opens: the callback, the original answer and follow-ups.

The token is the only credential. None of this counts against the bot's global limit.
"""

from http import HTTPStatus
from typing import Final

from infra.local.discord import answers, identity, shapes, world
from infra.local.discord.clock import milliseconds_of
from infra.local.discord.errors import refusal
from infra.local.discord.gate import Answer, Auth, Call, Endpoint
from infra.local.discord.model import Interaction, Message


def answer_interaction(call: Call) -> Answer:
    """The first answer by request instead of inline: 204, or 200 ``with_response``."""
    stand_in = call.stand_in
    interaction = stand_in.world.interactions.get(call.path["webhook_token"])
    if interaction is None or interaction.id != call.path["interaction_id"]:
        raise refusal(10062)
    age = stand_in.clock.seconds() - milliseconds_of(interaction.id) / 1000
    if age > stand_in.answer_seconds and not interaction.acknowledged:
        raise refusal(10062)
    outcome = answers.apply(stand_in, interaction, call.body)
    if call.query.get("with_response", "").lower() not in ("true", "1"):
        return Answer(HTTPStatus.NO_CONTENT)
    about = {"id": interaction.id, "type": interaction.type}
    resource = {"type": call.body["type"]} | {key: outcome[key] for key in ("message",) if key in outcome}
    return Answer(body={"interaction": about, "resource": resource})


def get_message(call: Call) -> Answer:
    """The original answer, or a follow-up by its id."""
    return Answer(body=shapes.message(_message(call), call.stand_in.world))


def edit_message(call: Call) -> Answer:
    """Change it. After a deferred answer this is what ends the thinking."""
    message = world.edit_message(call.stand_in.clock, _message(call), call.body)
    return Answer(body=shapes.message(message, call.stand_in.world))


def delete_message(call: Call) -> Answer:
    """Remove it."""
    message = _message(call)
    del call.stand_in.world.messages[message.channel_id][message.id]
    return Answer(HTTPStatus.NO_CONTENT)


def follow_up(call: Call) -> Answer:
    """One more message under the same interaction."""
    message = answers.follow_up(call.stand_in, _interaction(call), call.body)
    return Answer(body=shapes.message(message, call.stand_in.world))


def _interaction(call: Call) -> Interaction:
    if call.path["webhook_id"] != identity.APPLICATION_ID:
        raise refusal(10015)
    return answers.interaction_of(call.stand_in, call.path["webhook_token"])


def _message(call: Call) -> Message:
    interaction = _interaction(call)
    message_id = call.path.get("message_id", "@original")
    if message_id == "@original":
        return answers.original(call.stand_in, interaction)
    message = world.message_of(call.stand_in.world, interaction.channel_id, message_id)
    if not message.reply_to or message.reply_to["id"] != interaction.id:
        raise refusal(10008)
    return message


_CALLBACK: Final = "/interactions/{interaction_id}/{webhook_token}/callback"
_WEBHOOK: Final = "/webhooks/{webhook_id}/{webhook_token}"
_EDIT: Final = "IncomingWebhookUpdateRequestPartial"

ENDPOINTS: Final = (
    # apply() checks the callback's body: inline answers pass there too.
    Endpoint("POST", _CALLBACK, answer_interaction, Auth.NONE),
    Endpoint("POST", _WEBHOOK, follow_up, Auth.NONE, schema="IncomingWebhookRequestPartial"),
    *(
        endpoint
        for path in (f"{_WEBHOOK}/messages/@original", f"{_WEBHOOK}/messages/{{message_id}}")
        for endpoint in (
            Endpoint("GET", path, get_message, Auth.NONE),
            Endpoint("PATCH", path, edit_message, Auth.NONE, schema=_EDIT),
            Endpoint("DELETE", path, delete_message, Auth.NONE),
        )
    ),
)
