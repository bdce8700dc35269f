"""Get the file of one's own data: signed with each click, for five minutes, for the member alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Message
from attendance.discord.texts import escaped
from attendance.domain.report import LINK_LIFETIME
from attendance.services.own_data import link_to_own_data
from interactions.actors import as_member

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Hand out a link to whose file it is, and to nobody else."""
    actor = as_member(interaction)
    if pressed.id != actor.user_id:
        return Message(say(interaction.locale, "out_of_date"))
    export, link = link_to_own_data(wiring.table(), wiring.files(), interaction.guild_id, actor, wiring.now())
    minutes = int(LINK_LIFETIME.total_seconds() // 60)
    words = say(interaction.locale, "file.link", name=escaped(export.file_name), link=link, minutes=minutes)
    return Message(embeds=[{"description": words}])
