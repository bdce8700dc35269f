"""/create-event, with its time and preset understood while they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Choices, Message
from attendance.discord.texts import escaped, relative_time, time_mark
from attendance.domain.invited import parse_invited
from attendance.services.events import EventRequest, create_event
from attendance.services.finding import suggest_games
from attendance.services.presets import list_presets
from interactions.actors import as_officer
from interactions.away_then import away_then
from interactions.rhythms import rhythms
from interactions.suggestions import times_understood

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction) -> Reply:
    """Plan the event; its card is posted by what follows from the change."""
    request = EventRequest(
        title=interaction.required("title"),
        time=interaction.required("time"),
        in_own_zone=True,
        preset=interaction.text("preset"),
        game=interaction.text("game"),
        duration=interaction.text("duration"),
        description=interaction.text("description"),
        channel_id=interaction.snowflake("channel"),
        voice_channel_id=interaction.snowflake("voice_channel"),
        voice_check=interaction.flag("voice_check"),
        tracked_role_id=interaction.snowflake("tracked_role"),
        check_in=interaction.text("check_in"),
        capacity=interaction.whole_number("capacity"),
        code=interaction.text("code"),
        reminders=interaction.text("reminders"),
        nudges=interaction.text("nudges"),
        reminder_place=interaction.text("reminder_place"),
        mentions=interaction.text("mentions"),
        opens=interaction.text("opens"),
        deadline=interaction.text("deadline"),
        sign_up_role_id=interaction.snowflake("sign_up_role"),
        invited=parse_invited(interaction.text("invited") or ""),
        thread=interaction.flag("thread"),
        scheduled_event=interaction.flag("scheduled_event"),
        counted=interaction.flag("counted"),
    )
    if repeat := interaction.text("repeat"):
        from interactions.commands.series import plan_series  # most events do not repeat

        return plan_series(interaction, request, repeat)
    event = create_event(wiring.table(), interaction.guild_id, as_officer(interaction), wiring.now(), request)
    code = say(interaction.locale, "planning.code", code=event.code.replace("`", "")) if event.code else ""
    absent = away_then(event, interaction.locale)
    values = {"time": time_mark(event.starts_at, "F"), "relative": relative_time(event.starts_at)}
    done = say(interaction.locale, "planning.done", title=escaped(event.title), channel=event.channel_id, **values)
    return Message("\n".join(line for line in (done, absent, code) if line))


def suggest(interaction: Interaction) -> Choices:
    """Complete a preset's name, or show how the time would be understood."""
    typed = str(interaction.options.get(interaction.focused) or "").strip()
    if interaction.focused == "preset":
        presets = list_presets(wiring.table(), interaction.guild_id)
        return Choices((preset.name, preset.name) for preset in presets if typed.casefold() in preset.name.casefold())
    if interaction.focused == "game":
        games = suggest_games(wiring.table(), interaction.guild_id, typed, wiring.now())
        return Choices((game, game) for game in games)
    if interaction.focused == "repeat":
        return rhythms(typed.casefold())
    return times_understood(interaction, typed) if interaction.focused == "time" else Choices()
