"""/settings setup and /settings show."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from attendance import wiring
from attendance.discord.reply import Choices, Message
from attendance.domain.rights import require
from attendance.errors import Invalid
from attendance.services.settings import set_up_guild, show_settings
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply
    from attendance.domain.settings import Settings

_COMMON = ("Europe/London", "Europe/Berlin", "America/New_York", "America/Chicago", "America/Los_Angeles", "Asia/Tokyo")


def run(interaction: Interaction) -> Reply:
    """Change what was named, or show everything."""
    officer = as_officer(interaction)
    if interaction.command[1:] == ("show",):
        require(officer, "settings.manage")
        return Message(_shown(show_settings(wiring.table(), interaction.guild_id)))
    zone, reminders = interaction.text("zone"), interaction.text("reminders")
    channel_id, role_id = interaction.snowflake("channel"), interaction.snowflake("officer_role")
    if zone is channel_id is role_id is reminders is None:
        raise Invalid("Name at least one of zone, channel, officer_role and reminders to set.", field="zone")
    settings = set_up_guild(
        wiring.table(),
        interaction.guild_id,
        officer,
        wiring.now(),
        zone=zone,
        channel_id=channel_id,
        officer_role_id=role_id,
        reminders=reminders,
    )
    return Message("Saved.\n" + _shown(settings))


def suggest(interaction: Interaction) -> Choices:
    """Complete the name of a time zone; nothing is read."""
    typed = str(interaction.options.get("zone") or "").strip().casefold().replace(" ", "_")
    if not typed:
        return Choices((name, name) for name in _COMMON)
    places = sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix", "right"))
    )
    return Choices((name, name) for name in places if typed in name.casefold())


def _shown(settings: Settings) -> str:
    reminders = ", ".join(f"{minutes} min" for minutes in settings.reminders) or "none"
    rule = settings.check_in
    lines = [
        f"Time zone: {settings.zone or '**not set**'}",
        f"Channel for events: {f'<#{settings.channel_id}>' if settings.channel_id else '**not set**'}",
        f"Officer role: {f'<@&{settings.officer_role_id}>' if settings.officer_role_id else 'none, only Manage Server'}",
        f"Reminders before the start: {reminders}",
        f"Check-in: from {rule.opens_before} min before the start to {rule.closes_after} min after it, late after {rule.grace} min",
    ]
    if settings.zone is None:
        lines.append("Before the first event, set the time zone: `/settings setup zone:Europe/Berlin`")
    return "\n".join(lines)
