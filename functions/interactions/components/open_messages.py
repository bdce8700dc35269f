"""The member says that their direct messages are open: what was remembered of them is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.own_notices_view import own_notices
from attendance.discord.reply import Redraw
from attendance.services.own_notices import show_own_notices, try_again
from interactions.actors import as_member

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, _pressed: CustomId) -> Reply:
    """Try the member's direct messages again from now on."""
    table, member = wiring.table(), as_member(interaction)
    try_again(table, interaction.guild_id, member)
    shown = own_notices(
        show_own_notices(table, interaction.guild_id, member), member.user_id, wiring.now(), interaction.locale
    )
    return Redraw({"content": shown.content, "components": list(shown.components)})
