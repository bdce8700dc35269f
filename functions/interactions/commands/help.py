"""/help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import config
from attendance.discord.help_text import help_lines, in_embeds
from attendance.discord.install import install_link
from attendance.discord.locales import say
from attendance.discord.reply import Message
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction) -> Reply:
    """Say how to begin, and what the member may do here."""
    officer = as_officer(interaction)
    locale = interaction.locale
    text = say(locale, "help.text", link=install_link(config.discord_application_id()))
    if "settings.manage" in officer.capabilities:
        text = f"{say(locale, 'help.first')}\n{text}"
    texts = in_embeds(help_lines(officer.capabilities, locale))
    first = {"title": say(locale, "help.may")}
    return Message(
        text, embeds=[{**(first if index == 0 else {}), "description": one} for index, one in enumerate(texts)]
    )
