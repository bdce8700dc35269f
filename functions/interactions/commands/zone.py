"""/zone set, /zone show and /zone clear."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance import wiring
from attendance.discord.reply import Message
from attendance.errors import Invalid
from attendance.services.own_zones import clear_own_zone, set_own_zone, show_own_zone
from attendance.services.settings import show_settings
from interactions.actors import as_member
from interactions.suggestions import zones_named

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Choices, Reply


def run(interaction: Interaction) -> Reply:
    """Do what the subcommand says."""
    table, member, now = wiring.table(), as_member(interaction), wiring.now()
    match interaction.command[1:]:
        case ("set",):
            zone = set_own_zone(table, member, interaction.required("zone"), now)
            return Message(f"Your time zone is **{zone}**, where it is {now.astimezone(ZoneInfo(zone)):%H:%M} now.")
        case ("clear",):
            clear_own_zone(table, member)
            return Message("Your own time zone is forgotten: your times are read in the server's zone.")
        case ("show",):
            return Message(_shown(show_own_zone(table, member.user_id), interaction.guild_id))
    raise Invalid("/zone knows set, show and clear.", field="zone")


def suggest(interaction: Interaction) -> Choices:
    """Complete the name of a time zone; nothing is read."""
    return zones_named(str(interaction.options.get("zone") or ""))


def _shown(own: str | None, guild_id: str) -> str:
    if own:
        return f"Your times are read in **{own}**, your own zone. `/zone clear` forgets it."
    zone = show_settings(wiring.table(), guild_id).zone
    read = f"in the server's zone, **{zone}**" if zone else "in no zone yet: this server has not set one"
    return f"You have set no time zone, so your times are read {read}. `/zone set` sets your own."
