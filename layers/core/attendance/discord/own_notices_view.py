"""What a member reads of their own notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord.custom_id import CustomId
from attendance.discord.locales import say
from attendance.discord.reply import Message
from attendance.domain.notice import TOPICS

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.storage.direct_messages import Direct


def own_notices(direct: Direct, user_id: str, now: datetime, locale: str) -> Message:
    """Return one line a topic, and where direct messages are closed how to open them, with a button to say so."""
    lines = [
        say(locale, "notices.muted" if topic in direct.muted else "notices.heard", topic=say(locale, f"topic.{topic}"))
        for topic in TOPICS
    ]
    if direct.takes(now):
        return Message("\n".join(lines))
    button = {
        "type": 2,
        "style": 1,
        "label": say(locale, "notices.opened"),
        "custom_id": CustomId("open_messages", user_id).encode(),
    }
    lines.append(say(locale, "notices.closed"))
    return Message("\n".join(lines), components=[{"type": 1, "components": [button]}])
