"""/help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import config
from attendance.discord.help_text import help_lines
from attendance.discord.install import install_link
from attendance.discord.locales import say
from attendance.discord.reply import Message
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

_MAX_EMBED = 4096


def run(interaction: Interaction) -> Reply:
    """Say how to begin, and what the member may do here."""
    officer = as_officer(interaction)
    locale = interaction.locale
    text = say(locale, "help.text", link=install_link(config.discord_application_id()))
    if "settings.manage" in officer.capabilities:
        text = f"{say(locale, 'help.first')}\n{text}"
    lines = help_lines(officer.capabilities, locale)
    return Message(text, embeds=[{"title": say(locale, "help.may"), "description": "\n".join(lines)[:_MAX_EMBED]}])
