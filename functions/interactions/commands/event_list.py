"""/event list: the events ahead, and those that began hours ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Message
from attendance.discord.texts import escaped, relative_time, time_mark
from attendance.services.events import list_events

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

_LISTED = 15
_BACK, _AHEAD = timedelta(hours=12), timedelta(days=366)


def run(interaction: Interaction) -> Reply:
    """Show what is near."""
    now, locale = wiring.now(), interaction.locale
    found, more = list_events(
        wiring.table(), interaction.guild_id, since=now - _BACK, until=now + _AHEAD, limit=_LISTED
    )
    if not found:
        return Message(say(interaction.locale, "event.none"))
    lines = [
        f"{time_mark(starts_at, 'f')} ({relative_time(starts_at)}) **{escaped(item['title'])}**"
        + (
            say(locale, "event.in", channel=item["channel_id"])
            if item["status"] == "open"
            else f" ({say(locale, f'event_status.{item["status"]}')})"
        )
        for item in found
        for starts_at in [datetime.fromisoformat(item["starts_at"])]
    ]
    lines += [say(locale, "event.later")] if more else []
    return Message(embeds=[{"title": say(locale, "event.list"), "description": "\n".join(lines)}])
