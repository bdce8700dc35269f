"""A round of /attendance bulk: the members picked are marked, and the message stays for the next round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.reply import Redraw
from attendance.discord.texts_attendance import batch_text
from attendance.domain.marking import MarkRow, checked_status
from attendance.services.marking import mark_members
from interactions.actors import as_officer
from interactions.commands.attendance_mark import picker

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Mark those picked, and count."""
    word, _, before = pressed.arg.partition(".")
    status = checked_status(word)
    rows = [MarkRow(user_id, status) for user_id in interaction.chosen.get(interaction.custom_id, ())]
    done = mark_members(
        wiring.table(),
        interaction.guild_id,
        pressed.id,
        as_officer(interaction),
        wiring.now(),
        rows,
        roles=interaction.roles_of,
    )
    count = (int(before) if before.isdecimal() else 0) + done.applied
    text = batch_text(done.title, status, count, done, interaction.locale)
    return Redraw({"content": text, "components": [picker(pressed.id, status, count, interaction.locale)]})
