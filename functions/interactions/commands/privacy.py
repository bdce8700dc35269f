"""/privacy export and erase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord import own_data_view
from attendance.discord.custom_id import CustomId
from attendance.discord.locales import say
from attendance.discord.reply import Deferred, Message
from attendance.errors import Invalid
from attendance.services.own_data import ask_own_data
from interactions.actors import as_member

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

_BUTTON, _DANGER = 2, 4


def run(interaction: Interaction) -> Reply:
    """Let a file of the member's own data be made, or ask once more before they are erased."""
    match interaction.command[1:]:
        case ("export",):
            return _export(interaction)
        case ("erase",):
            return _ask_before_erasing(interaction)
    raise Invalid("/privacy knows export and erase.", field="privacy", code="unknown_subcommand")


def _export(interaction: Interaction) -> Reply:
    """Store the request, then promise the answer that a worker gives; show the file that is there already."""
    export, begun = ask_own_data(
        wiring.table(),
        interaction.guild_id,
        as_member(interaction),
        wiring.now(),
        reply_token=interaction.token,
        locale=interaction.locale,
    )
    if begun:
        return Deferred()
    shown = own_data_view.body(export, interaction.locale)
    return Message(shown["content"], components=shown["components"])


def _ask_before_erasing(interaction: Interaction) -> Reply:
    """Say what erasing means, with the button that does it."""
    button = {
        "type": _BUTTON,
        "style": _DANGER,
        "label": say(interaction.locale, "privacy.confirm"),
        "custom_id": CustomId("erase_me", interaction.member.user_id).encode(),
    }
    return Message(say(interaction.locale, "privacy.erase"), components=[{"type": 1, "components": [button]}])
