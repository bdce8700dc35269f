"""Notes of sign-ups as /event show tells them, below the card that only marks who left one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.discord.locales import say
from attendance.discord.texts import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.event import Event

MAX_EMBEDS = 6000
"""Characters of all embeds of a message (https://discord.com/developers/docs/resources/message#embed-object-embed-limits)."""
_MORE = 20


def notes_text(event: Event, notes: Mapping[str, str], card: Mapping[str, Any], locale: str) -> list[dict[str, Any]]:
    """Return an embed with the notes in order of sign-up, as many as fit beside the card's; none where nobody left one."""
    title = say(locale, "notes.title")
    room = MAX_EMBEDS - len(title) - _MORE - sum(map(_length, card["embeds"]))
    writers = sorted(notes, key=lambda user_id: event.places.get(user_id, 0))
    lines = [f"<@{user_id}>: {escaped(notes[user_id])}" for user_id in writers]
    shown: list[str] = []
    for number, line in enumerate(lines):
        if sum(len(one) + 1 for one in shown) + len(line) > min(room, 4000):
            shown.append(say(locale, "more_of_it", count=len(lines) - number))
            break
        shown.append(line)
    return [{"title": title, "description": "\n".join(shown)}] if shown and room > 0 else []


def _length(embed: Mapping[str, Any]) -> int:
    texts = [embed.get("title", ""), embed.get("description", "")]
    texts += [text for field in embed.get("fields", ()) for text in (field["name"], field["value"])]
    return sum(map(len, texts))
