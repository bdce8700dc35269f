"""Noting which guilds the bot was installed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.languages import ENGLISH, language_of_locale
from attendance.storage import guilds
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table


def note_installation(
    table: Table,
    guild_id: str,
    actor: Actor,
    installed_at: datetime,
    *,
    name: str,
    channel_id: str | None,
    locale: str = "",
) -> bool:
    """Note that the bot was installed in a guild; False when this notice, or a later one, was noted before.

    `locale` is the guild's as Discord tells it: the welcome speaks its language.

    Discord delivers such notices at least once and in no order, so the time it gives them decides, not their arrival.
    """
    try:
        language = language_of_locale(locale) or ENGLISH
        guilds.save_installation(table, guild_id, name, channel_id, language, installed_at, actor)
    except ConditionFailed:
        return False
    return True
