"""An event's scheduled event at Discord: made once, changed with the event, ended or called off with it.

Discord starts and ends one at an address by itself; one in a voice channel it leaves to whoever made it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord import companions as bodies
from attendance.domain.companion import schedule_phase
from attendance.errors import Gone, Refused
from attendance.services.places import FINISHED, TOO_MANY_EVENTS
from attendance.storage import companions

if TYPE_CHECKING:
    from attendance.services.places import Place


def keep_scheduled_event(place: Place) -> None:
    """Make, find, change or end the scheduled event; raises what `Discord.call` raises."""
    event, guild = place.event, f"/guilds/{place.event.guild_id}/scheduled-events"
    phase, discord_id = schedule_phase(event, place.now), place.known.discord_id
    if discord_id is None:
        discord_id = bodies.find_scheduled(place.discord.call("GET", guild), event)
        if discord_id is None:
            place.shows(_sent(place, "POST", guild)["id"])
            return
    path = f"{guild}/{discord_id}"
    if phase == "ahead":
        _sent(place, "PATCH", path)
    elif phase == "running":
        _run(place, path)
    else:
        _put_away(place, path, bodies.last_statuses(phase))
        companions.note_gone(place.table, event.guild_id, event.event_id, place.kind, place.mark)
        return
    place.shows(discord_id)


def _sent(place: Place, method: str, path: str) -> dict[str, str]:
    """Make or change a scheduled event: in its voice channel, or at the card's address where Discord refuses that."""
    if place.event.voice_channel_id:
        try:
            return _answer(place, method, path, in_voice=True)
        except Refused as refusal:
            if isinstance(refusal, Gone) or refusal.reason in (FINISHED, TOO_MANY_EVENTS):
                raise
    return _answer(place, method, path, in_voice=False)


def _answer(place: Place, method: str, path: str, *, in_voice: bool) -> dict[str, str]:
    body = bodies.scheduled_event(place.event, place.link, in_voice=in_voice)
    answer: dict[str, str] = place.discord.call(method, path, body)
    return answer


def _run(place: Place, path: str) -> None:
    """Bring a scheduled event up that has begun. One in a voice channel does not start by itself."""
    body = bodies.running_event(place.event, place.link)
    try:
        place.discord.call("PATCH", path, body | {"status": bodies.ACTIVE})
    except Refused as refusal:
        if isinstance(refusal, Gone) or refusal.reason == FINISHED:
            raise
        place.discord.call("PATCH", path, body)  # it runs already


def _put_away(place: Place, path: str, statuses: tuple[int, ...]) -> None:
    """End a scheduled event by the first status that Discord takes, else remove it; one that is over or gone is fine."""
    for status in statuses:
        try:
            place.discord.call("PATCH", path, {"status": status})
        except Refused as refusal:
            if isinstance(refusal, Gone) or refusal.reason == FINISHED:
                return
        else:
            return
    try:
        place.discord.call("DELETE", path)
    except Gone:
        return
