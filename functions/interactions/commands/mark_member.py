"""Mark attendance, in the context menu on a member: a form with the event, the status and a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.custom_id import CustomId
from attendance.discord.locales import say
from attendance.discord.reply import Modal, select, text_input
from attendance.discord.texts_attendance import status_word
from attendance.domain.marking import MAX_NOTE
from attendance.domain.rights import require
from attendance.domain.verdict import STATUSES
from attendance.errors import Conflict, Invalid
from attendance.services.finding import events_to_mark
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction) -> Reply:
    """Open the form with the events that the member can be marked at, the newest first."""
    require(as_officer(interaction), "attendance.manage")
    user_id = interaction.target_id
    if not user_id:
        raise Invalid(
            "This command is about a member: open it from their context menu.",
            field="member",
            code="not_about_a_member",
        )
    roles = interaction.roles_of.get(user_id)
    found = events_to_mark(wiring.table(), interaction.guild_id, roles, wiring.now())
    if not found:
        raise Conflict(
            f"There is no event of the last 31 days at which <@{user_id}> could be marked: none has begun, or they lack "
            "the roles that those track.",
            code="nothing_to_mark",
            user_id=user_id,
        )
    locale = interaction.locale
    events = [(f"{event.title[:60]} ({event.starts_at:%d %b %H:%M} UTC)", event.event_id) for event in found]
    statuses = [(status_word(status, locale), status) for status in STATUSES]
    parts = [
        select("event", say(locale, "mark.event"), events, chosen=(found[0].event_id,)),
        select("status", say(locale, "mark.status"), statuses),
        text_input("note", say(locale, "mark.note"), limit=MAX_NOTE, required=False),
    ]
    return Modal(CustomId("mark", user_id).encode(), say(locale, "mark.form"), parts)
