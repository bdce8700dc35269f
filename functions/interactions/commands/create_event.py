"""/create-event, with its time and preset understood while they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance import wiring
from attendance.discord.reply import Choices, Message
from attendance.discord.texts import escaped, relative_time, time_mark
from attendance.domain.timetext import parse_when
from attendance.errors import AttendanceError
from attendance.services.events import EventRequest, create_event
from attendance.services.finding import suggest_games
from attendance.services.presets import list_presets
from attendance.services.settings import show_settings
from interactions.actors import as_officer
from interactions.commands import series
from interactions.rhythms import rhythms

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

_EXAMPLES = ("today 20:00", "tomorrow 20:00", "fri 20:00", "sat 20:00", "sun 19:00", "in 2h")


def run(interaction: Interaction) -> Reply:
    """Plan the event; its card is posted by what follows from the change."""
    request = EventRequest(
        title=interaction.required("title"),
        time=interaction.required("time"),
        preset=interaction.text("preset"),
        game=interaction.text("game"),
        duration=interaction.text("duration"),
        description=interaction.text("description"),
        channel_id=interaction.snowflake("channel"),
        voice_channel_id=interaction.snowflake("voice_channel"),
        tracked_role_id=interaction.snowflake("tracked_role"),
        capacity=interaction.whole_number("capacity"),
        code=interaction.text("code"),
        reminders=interaction.text("reminders"),
    )
    if repeat := interaction.text("repeat"):
        return series.plan_series(interaction, request, repeat)
    event = create_event(wiring.table(), interaction.guild_id, as_officer(interaction), wiring.now(), request)
    code = f"\nThe check-in code is `{event.code.replace('`', '')}`: give it out when you meet." if event.code else ""
    return Message(
        f"**{escaped(event.title)}** is planned for {time_mark(event.starts_at, 'F')} ({relative_time(event.starts_at)}). "
        f"Its card goes to <#{event.channel_id}>.{code}"
    )


def suggest(interaction: Interaction) -> Choices:
    """Complete a preset's name, or show how the time would be understood; one read."""
    typed = str(interaction.options.get(interaction.focused) or "").strip()
    if interaction.focused == "preset":
        presets = list_presets(wiring.table(), interaction.guild_id)
        return Choices((preset.name, preset.name) for preset in presets if typed.casefold() in preset.name.casefold())
    if interaction.focused == "game":
        games = suggest_games(wiring.table(), interaction.guild_id, typed, wiring.now())
        return Choices((game, game) for game in games)
    if interaction.focused == "repeat":
        return rhythms(typed.casefold())
    if interaction.focused != "time":
        return Choices()
    try:
        zone = show_settings(wiring.table(), interaction.guild_id).ready_zone()
    except AttendanceError as error:
        return Choices([(error.message, typed or "now")])
    return Choices(_understood(typed, zone, wiring.now()))


def _understood(typed: str, zone: str, now: datetime) -> list[tuple[str, str]]:
    """Return pairs of an instant in words and in ISO form, or what is wrong with the text beside the text itself."""
    pairs = []
    for text in [typed] if typed else _EXAMPLES:
        try:
            moment = parse_when(text, zone=zone, now=now).astimezone(ZoneInfo(zone))
        except AttendanceError as error:
            if typed:
                return [(error.message, typed[:100])]
            continue
        pairs.append((f"{text[:40]}: {moment:%A %d %B %Y %H:%M} ({zone})", moment.isoformat()))
    return pairs
