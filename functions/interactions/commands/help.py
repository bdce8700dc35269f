"""/help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import config
from attendance.discord.help_text import help_lines
from attendance.discord.install import install_link
from attendance.discord.reply import Message
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

_MAX_EMBED = 4096
_FIRST_USE = "**First use**: `/settings setup` with time zone, channel and officer role, then `/create-preset` and `/create-event`."
_TEXT = """\
**Sign up** with the buttons on an event's card: a role, Late, Maybe or No. When check-in opens, press **Check in** there.
Times: `fri 8pm`, `tomorrow 20:30`, `in 2h`, `2026-12-01 20:00`. Roles: `tank 2, healer 2-3, dps 6`.
Add me to another server: <{link}>"""


def run(interaction: Interaction) -> Reply:
    """Say how to begin, and what the member may do here."""
    officer = as_officer(interaction)
    text = _TEXT.format(link=install_link(config.discord_application_id()))
    if "settings.manage" in officer.capabilities:
        text = f"{_FIRST_USE}\n{text}"
    lines = help_lines(officer.capabilities, interaction.locale)
    return Message(text, embeds=[{"title": "What you may do here", "description": "\n".join(lines)[:_MAX_EMBED]}])
