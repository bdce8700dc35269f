"""A guild's settings and installation in the table."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.checkin import DEFAULT_RULE, CheckInRule
from attendance.domain.closing import ClosingRule
from attendance.domain.rate import DEFAULT_RULES, RateRules
from attendance.domain.settings import DEFAULT_REMINDERS, Settings
from attendance.storage import keys
from attendance.storage.departures import put_look
from attendance.storage.dues import put_due
from attendance.storage.table import ABSENT, ConditionFailed, Delete, Put, Update
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.due import Due
    from attendance.storage.table import Table
    from attendance.storage.values import Item


GONE_FOR = timedelta(minutes=10)
"""So long it is believed that the bot is in a guild no more: nobody has to tell us that it is back."""


def settings_to_item(settings: Settings) -> Item:
    """Return the settings' item, without its `touched` mark."""
    return {
        **keys.settings(settings.guild_id)._asdict(),
        "entity": "settings",
        "guild_id": settings.guild_id,
        "rights": {capability: list(roles) for capability, roles in settings.rights.items()},
        "reminders": list(settings.reminders),
        "nudges": list(settings.nudges),
        "check_in": asdict(settings.check_in),
        "rate": asdict(settings.rate),
        "closing": asdict(settings.closing),
        "edits": dict(settings.edits),
        **{name: getattr(settings, name) for name in _PLAIN},
    }


_PLAIN = (
    "name", "reminder_place", "mentions", "digest", "digest_channel_id", "zone", "channel_id", "officer_role_id", "officer_channel_id", "voice_share", "missed_message", "rankings", "duration", "deadline", "tracked_role_id", "warn_before", "confirm_hours", "auto_close",
    "threads", "scheduled_events", "language", "keep_months", "version",
)  # fmt: skip


def settings_from_item(guild_id: str, item: Item | None) -> Settings:
    """Return the settings of an item, or the defaults of a guild that has stored none."""
    if item is None:
        return Settings(guild_id=guild_id)
    return Settings(
        guild_id=guild_id,
        **{name: item[name] for name in _PLAIN if name in item},
        rights={capability: tuple(roles) for capability, roles in item.get("rights", {}).items()},
        reminders=tuple(item.get("reminders", DEFAULT_REMINDERS)),
        nudges=tuple(item.get("nudges", ())),
        check_in=CheckInRule(**item["check_in"]) if "check_in" in item else DEFAULT_RULE,
        closing=ClosingRule(**item.get("closing", {})),
        rate=RateRules(**item["rate"]) if "rate" in item else DEFAULT_RULES,
        edits=item.get("edits", {}),
    )


def get_settings(table: Table, guild_id: str) -> Settings:
    """Return a guild's settings, the defaults when it has stored none."""
    return settings_from_item(guild_id, table.get(keys.settings(guild_id)))


def save_settings(table: Table, settings: Settings, actor: Actor, now: datetime, *, due: Iterable[Due] = ()) -> None:
    """Store settings whose `version` is one above the stored; raises `ConditionFailed` when somebody was quicker.

    What becomes `due` with them does so in the same transaction; the first time, looking whether the bot is still there, too.
    """
    item = settings_to_item(settings) | {"touched": touched(actor, now)}
    condition = f"{ABSENT} OR #version = :before" if settings.version == 1 else "#version = :before"
    put = Put(item, condition, {":before": settings.version - 1})
    writes = [put_due(one) for one in due]
    if settings.version == 1:
        writes.append(put_look(settings.guild_id, now))
    if writes:
        table.write_together(put, *writes)
    else:
        table.put(put)


def save_installation(
    table: Table, guild_id: str, name: str, channel_id: str | None, language: str, at: datetime, actor: Actor
) -> None:
    """Note that the bot was installed at `at`, and look every day from then on whether it still is.

    An older notice than the stored one raises `ConditionFailed` (fault A15).
    """
    item = {
        **keys.installation(guild_id)._asdict(),
        "entity": "guild",
        "guild_id": guild_id,
        "name": name,
        "channel_id": channel_id,
        "language": language,
        "installed_at": keys.stamp(at),
        "touched": touched(actor, at),
    }
    put = Put(item, f"{ABSENT} OR #installed_at < :at", {":at": keys.stamp(at)})
    table.write_together(put, put_look(guild_id, at), Delete(keys.departure(guild_id)))


def get_installation(table: Table, guild_id: str) -> Item | None:
    """Return `name`, `channel_id` and `installed_at` of a guild that the bot was installed in, or None."""
    return table.get(keys.installation(guild_id))


def note_bot_gone(table: Table, guild_id: str, now: datetime) -> None:
    """Note that the bot is not in a guild."""
    ends_at = now + GONE_FOR
    item = {**keys.bot_gone(guild_id)._asdict(), "entity": "bot_gone", "until": keys.stamp(ends_at)}
    table.put(Put(item | {"expires_at": int(ends_at.timestamp())}, None))


def bot_is_gone(table: Table, guild_id: str, now: datetime) -> bool:
    """Whether the bot was found to be in a guild no more within the last minutes."""
    item = table.get(keys.bot_gone(guild_id))
    return item is not None and now < keys.moment(item["until"])


def forget_bot_gone(table: Table, guild_id: str, now: datetime) -> None:
    """Note that the bot is back."""
    with suppress(ConditionFailed):
        table.update(Update(keys.bot_gone(guild_id), "SET #until = :now", values={":now": keys.stamp(now)}))
