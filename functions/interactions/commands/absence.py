"""/absence add, list and remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Choices, Message
from attendance.discord.texts import escaped
from attendance.errors import Invalid
from attendance.services.absences import add_absence, list_absences, remove_absence
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply
    from attendance.domain.absence import Absence


def run(interaction: Interaction) -> Reply:
    """Do what the subcommand says."""
    table, guild_id, now, actor = wiring.table(), interaction.guild_id, wiring.now(), as_officer(interaction)
    match interaction.command[1:]:
        case ("add",):
            made = add_absence(
                table, guild_id, actor, now,
                first=interaction.required("from"), last=interaction.text("until"),
                reason=interaction.text("reason") or "", user_id=interaction.snowflake("member"),
            )  # fmt: skip
            return Message(say(interaction.locale, "absence.added", who=_who(made), days=_days(made)))
        case ("list",):
            found, more = list_absences(table, guild_id, actor, now)
            lines = [_line(one) for one in found] or [say(interaction.locale, "absence.none")]
            return Message("\n".join([*lines, *(["\u2026"] if more else [])]))
        case ("remove",):
            gone = remove_absence(table, guild_id, interaction.required("absence"), actor, now)
            return Message(say(interaction.locale, "absence.removed", who=_who(gone), days=_days(gone)))
    raise Invalid("/absence knows add, list and remove.", field="absence", code="unknown_subcommand")


def suggest(interaction: Interaction) -> Choices:
    """Complete the absence, by whose and when."""
    found, _ = list_absences(wiring.table(), interaction.guild_id, as_officer(interaction), wiring.now())
    return Choices((f"{_days(one)} {one.reason}".strip(), one.absence_id) for one in found)


def _line(absence: Absence) -> str:
    return f"{_who(absence)}: {_days(absence)}" + (f", {escaped(absence.reason)}" if absence.reason else "")


def _who(absence: Absence) -> str:
    return f"<@{absence.user_id}>"


def _days(absence: Absence) -> str:
    first, last = absence.first_day.isoformat(), absence.last_day.isoformat()
    return first if first == last else f"{first} \u2013 {last}"
