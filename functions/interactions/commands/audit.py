"""/audit: officers look up who changed what."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from attendance import wiring
from attendance.discord.custom_id import CustomId
from attendance.discord.reply import Message
from attendance.discord.texts_audit import PAGE, audit_message
from attendance.domain.audit import MAX_DAYS_BACK, AuditFilter
from attendance.domain.ids import is_snowflake
from attendance.errors import Invalid
from attendance.services.audit_log import list_entries, names_of_subjects
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

EVERYTHING, NOBODY = "all", "0"
"""How a button says that a filter is not set."""


class Wanted(NamedTuple):
    """What is looked up: everything that is None."""

    kind: str | None = None
    days: int | None = None
    member_id: str | None = None


def run(interaction: Interaction) -> Reply:
    """Show the newest page."""
    days = interaction.whole_number("days")
    if days is not None and not 1 <= days <= MAX_DAYS_BACK:
        raise Invalid(f"days is a number from 1 to {MAX_DAYS_BACK}.", field="days", code="bad_days", most=MAX_DAYS_BACK)
    wanted = Wanted(interaction.text("kind"), days, interaction.snowflake("member"))
    return Message(**page(interaction, wanted))


def page(interaction: Interaction, wanted: Wanted, cursor: str | None = None) -> dict[str, Any]:
    """Return the parts of the message with one page, and buttons for the next and the newest."""
    table, guild_id, now = wiring.table(), interaction.guild_id, wiring.now()
    since = now - timedelta(days=wanted.days) if wanted.days else None
    asked = AuditFilter(entity=wanted.kind, actor_id=wanted.member_id, since=since)
    found, after = list_entries(table, guild_id, as_officer(interaction), now, asked, limit=PAGE, cursor=cursor)
    names = names_of_subjects(table, guild_id, found)
    newest = _turn(wanted, "") if cursor else None
    return audit_message(found, names, interaction.locale, older=_turn(wanted, after) if after else None, newest=newest)


def _turn(wanted: Wanted, cursor: str) -> str:
    arg = f"{wanted.days or 0}.{wanted.member_id or NOBODY}.{cursor}"
    return CustomId("audit", wanted.kind or EVERYTHING, arg).encode()


def read_turn(pressed: CustomId) -> tuple[Wanted, str | None] | None:
    """Return what a button of `page` asks for and its cursor, None when it is none of ours."""
    days, _, rest = pressed.arg.partition(".")
    member_id, _, cursor = rest.partition(".")
    if not (days.isascii() and days.isdigit() and int(days[:4]) <= MAX_DAYS_BACK and is_snowflake(member_id)):
        return None
    kind = None if pressed.id == EVERYTHING else pressed.id
    return Wanted(kind, int(days[:4]) or None, None if member_id == NOBODY else member_id), cursor or None
