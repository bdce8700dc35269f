"""/notifications show, mute and unmute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.own_notices_view import own_notices
from attendance.errors import Invalid
from attendance.services.own_notices import mute_topic, show_own_notices
from interactions.actors import as_member

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction) -> Reply:
    """Do what the subcommand says, and show what holds then."""
    table, member = wiring.table(), as_member(interaction)
    match interaction.command[1:]:
        case ("show",):
            direct = show_own_notices(table, interaction.guild_id, member)
        case ("mute" | "unmute" as verb,):
            topic = interaction.required("topic")
            direct = mute_topic(table, interaction.guild_id, member, topic, muted=verb == "mute")
        case _:
            raise Invalid(
                "/notifications knows show, mute and unmute.", field="notifications", code="unknown_subcommand"
            )
    return own_notices(direct, member.user_id, wiring.now(), interaction.locale)
