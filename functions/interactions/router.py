"""From a verified payload to the module that answers it, and from any error to words: both in this one place.

Modules are loaded when they are first needed, so a click does not pay for what a command imports.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from discord_interactions import InteractionType

from attendance.discord import custom_id
from attendance.discord.payloads import Interaction, read_interaction
from attendance.discord.reply import Choices, Message
from attendance.errors import AttendanceError, Unavailable
from attendance.telemetry import correlated, log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.discord.reply import Reply

COMMANDS = {
    "absence": "interactions.commands.absence",
    "attend": "interactions.commands.attend",
    "attendance": "interactions.commands.attendance",
    "Mark attendance": "interactions.commands.mark_member",
    "audit": "interactions.commands.audit",
    "calendar": "interactions.commands.calendar",
    "characters": "interactions.commands.characters",
    "create-event": "interactions.commands.create_event",
    "create-preset": "interactions.commands.create_preset",
    "Edit event": "interactions.commands.edit_card",
    "event": "interactions.commands.event",
    "help": "interactions.commands.help",
    "notifications": "interactions.commands.notifications",
    "preset": "interactions.commands.preset",
    "privacy": "interactions.commands.privacy",
    "report": "interactions.commands.report",
    "series": "interactions.commands.series",
    "settings": "interactions.commands.settings",
    "stats": "interactions.commands.stats",
    "zone": "interactions.commands.zone",
}
ACTIONS = {
    "yes": "interactions.components.answer",
    "maybe": "interactions.components.answer",
    "no": "interactions.components.answer",
    "late": "interactions.components.late",
    "more": "interactions.components.more",
    "take": "interactions.components.offer",
    "pass_on": "interactions.components.offer",
    "check_in": "interactions.components.check_in",
    "edit_form": "interactions.components.event_edit",
    "lower": "interactions.components.event_edit",
    "seat": "interactions.components.event_seat",
    "call": "interactions.components.call",
    "code": "interactions.components.check_in",
    "mark": "interactions.components.mark",
    "bulk": "interactions.components.bulk",
    "there": "interactions.components.missed",
    "excuse": "interactions.components.missed",
    "decide": "interactions.components.correction",
    "requests": "interactions.components.correction",
    "open_messages": "interactions.components.open_messages",
    "audit": "interactions.components.audit",
    "file": "interactions.components.file",
    "reports": "interactions.components.reports",
    "erase_me": "interactions.components.erase_me",
    "retention": "interactions.components.retention",
    "own_file": "interactions.components.own_file",
    "import_presets": "interactions.components.import_presets",
}
DIRECT = frozenset({"there", "excuse", "take", "pass_on"})
"""Actions that direct messages have too: a stored prompt says which server they are about."""


def answer(payload: Mapping[str, Any], request_id: str) -> dict[str, Any]:
    """Return the JSON to answer an interaction with; raises `Invalid` only for a payload that is none."""
    interaction = read_interaction(payload)
    with correlated(interaction.interaction_id):
        return _answered(interaction, request_id)


def _answered(interaction: Interaction, request_id: str) -> dict[str, Any]:
    try:
        reply = _reply(interaction)
    except AttendanceError as error:
        if isinstance(error, Unavailable):
            log().warning("unavailable", extra={"code": error.code})
        from attendance.discord.texts_errors import error_text  # a click that does what it says needs no words

        reply = Message(error_text(error, interaction.locale))
    except Exception:  # noqa: BLE001 - whatever broke, the member gets a word and an operator the traceback
        log().exception("interaction_failed", extra={"request_id": request_id, "command": interaction.command})
        reply = _told(interaction, "went_wrong", reference=request_id)
    if interaction.kind == InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE and not isinstance(reply, Choices):
        reply = Choices()  # the only answer that autocomplete takes
    return _in_words_of(reply, interaction.locale).payload()


def _in_words_of(reply: Reply, locale: str) -> Reply:
    """Return a message with commands named as the reader's Discord names them; anything else as it is."""
    if isinstance(reply, Message) and locale[:2] not in ("", "en"):
        from attendance.discord.locales import with_local_commands

        return reply._replace(content=with_local_commands(reply.content, locale))
    return reply


def _told(interaction: Interaction, key: str, **values: str) -> Message:
    from attendance.discord.locales import say

    return Message(say(interaction.locale, key, **values))


def _reply(interaction: Interaction) -> Reply:
    match interaction.kind:
        case InteractionType.MESSAGE_COMPONENT | InteractionType.MODAL_SUBMIT:
            return _pressed(interaction)
        case InteractionType.APPLICATION_COMMAND | InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE:
            return _commanded(interaction)
    return _told(interaction, "out_of_date")


def _commanded(interaction: Interaction) -> Reply:
    name = COMMANDS.get(interaction.command[0] if interaction.command else "")
    if name is None:
        return _told(interaction, "out_of_date")
    if not interaction.guild_id:
        return _told(interaction, "guilds_only")
    command = import_module(name)
    if interaction.kind == InteractionType.APPLICATION_COMMAND:
        reply: Reply = command.run(interaction)
    else:
        reply = command.suggest(interaction) if hasattr(command, "suggest") else Choices()
    return reply


def _pressed(interaction: Interaction) -> Reply:
    pressed = custom_id.parse(interaction.custom_id)
    if pressed is None or pressed.action not in ACTIONS:
        return _told(interaction, "out_of_date")
    if not interaction.guild_id and pressed.action not in DIRECT:
        return _told(interaction, "guilds_only")
    reply: Reply = import_module(ACTIONS[pressed.action]).run(interaction, pressed)
    return reply
