"""Get the file: a link is longer than a link button may be, and lives five minutes, so each click signs a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Message
from attendance.discord.texts import escaped
from attendance.domain.report import LINK_LIFETIME
from attendance.services.reports import link_to_report
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Hand out a link to the report, signed now, to the member alone."""
    officer = as_officer(interaction)
    job, link = link_to_report(wiring.table(), wiring.files(), interaction.guild_id, pressed.id, officer, wiring.now())
    minutes = int(LINK_LIFETIME.total_seconds() // 60)
    words = say(interaction.locale, "file.link", name=escaped(job.file_name), link=link, minutes=minutes)
    return Message(embeds=[{"description": words}])
