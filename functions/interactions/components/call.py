"""The button under the preview of /event remind: the officer means it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.locales import say, with_local_commands
from attendance.discord.reply import Redraw
from attendance.services.calling import send_call
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Let the message go out, and say where to read what became of it in the place of the button."""
    officer = as_officer(interaction)
    send_call(wiring.table(), interaction.guild_id, pressed.id, pressed.arg, officer, wiring.now())
    said = with_local_commands(say(interaction.locale, "call.sent"), interaction.locale)
    return Redraw({"content": said, "components": []})
