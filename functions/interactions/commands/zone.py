"""/zone set, /zone show and /zone clear."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Message
from attendance.errors import Invalid
from attendance.services.own_zones import clear_own_zone, set_own_zone, show_zones
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
            clock = f"{now.astimezone(ZoneInfo(zone)):%H:%M}"
            return Message(say(interaction.locale, "zone.set", zone=zone, clock=clock))
        case ("clear",):
            clear_own_zone(table, member)
            return Message(say(interaction.locale, "zone.cleared"))
        case ("show",):
            return Message(_shown(*show_zones(table, interaction.guild_id, member.user_id), interaction))
    raise Invalid("/zone knows set, show and clear.", field="zone", code="unknown_subcommand")


def suggest(interaction: Interaction) -> Choices:
    """Complete the name of a time zone; nothing is read."""
    return zones_named(str(interaction.options.get("zone") or ""))


def _shown(own: str | None, zone: str | None, interaction: Interaction) -> str:
    if own:
        return say(interaction.locale, "zone.own", zone=own)
    return say(interaction.locale, "zone.server", zone=zone) if zone else say(interaction.locale, "zone.none")
