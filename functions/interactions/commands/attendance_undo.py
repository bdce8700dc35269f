"""/attendance undo: pick what officers marked in the last 30 days, and take it back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.reply import MAX_CHOICES, Choices, Message
from attendance.discord.texts_attendance import undone_text
from attendance.errors import AttendanceError
from attendance.services.undoing import recent_batches, undo_batch
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

_LOOKED_AT = 100


def run(interaction: Interaction) -> Reply:
    """Take back what was picked."""
    event_id, _, batch_id = interaction.required("change").partition(".")
    officer = as_officer(interaction)
    done = undo_batch(wiring.table(), interaction.guild_id, event_id, batch_id, officer, wiring.now())
    return Message(undone_text(done, interaction.locale))


def suggest(interaction: Interaction) -> Choices:
    """Offer the newest marks whose event's title has what is typed; one query and one read, beside the caller's rights."""
    from attendance.discord.texts_time import titled_moment
    from attendance.services.own_zones import zone_shown

    typed = str(interaction.options.get("change") or "").casefold().strip()
    try:
        officer = as_officer(interaction)
        found = recent_batches(wiring.table(), interaction.guild_id, officer, wiring.now(), limit=_LOOKED_AT)
    except AttendanceError:
        return Choices()
    fitting = [item for item in found if typed in item["title"].casefold()][:MAX_CHOICES]
    zone = zone_shown(wiring.table(), interaction.guild_id, officer.user_id) if fitting else ""
    locale = interaction.locale
    return Choices(
        (
            titled_moment(
                f"{item['title'][:40]}: {item['row_count']}", datetime.fromisoformat(item["requested_at"]), zone, locale
            ),
            f"{item['event_id']}.{item['gsi1sk'].rpartition('#')[2]}",
        )
        for item in fitting
    )
