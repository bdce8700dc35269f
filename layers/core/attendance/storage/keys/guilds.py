"""The keys of what a guild owns: each begins with its guild, index keys included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.storage.keys.shape import Key, stamp

if TYPE_CHECKING:
    from datetime import datetime


def guild(guild_id: str) -> str:
    """The partition of what a guild owns."""
    return f"G#{guild_id}"


def settings(guild_id: str) -> Key:
    return Key(guild(guild_id), "SETTINGS")


def installation(guild_id: str) -> Key:
    """Since when the bot is in a guild, and whether it still is."""
    return Key(guild(guild_id), "GUILD")


def bot_gone(guild_id: str) -> Key:
    """That the bot was found to be in a guild no more, some minutes ago at most."""
    return Key(guild(guild_id), "BOTGONE")


def departure(guild_id: str) -> Key:
    """That the guild has removed the bot, and since when that is known."""
    return Key(guild(guild_id), "GONE")


PRESETS = "PRESET#"


def preset(guild_id: str, preset_id: str) -> Key:
    return Key(guild(guild_id), f"{PRESETS}{preset_id}")


SERIES = "SERIES#"


def series(guild_id: str, series_id: str) -> Key:
    return Key(guild(guild_id), f"{SERIES}{series_id}")


def event(guild_id: str, event_id: str) -> Key:
    return Key(guild(guild_id), f"EVENT#{event_id}")


def events_by_start(guild_id: str) -> str:
    """gsi1 partition of a guild's events."""
    return f"G#{guild_id}#EVENTS"


def by_start(starts_at: datetime, event_id: str) -> str:
    """Sort key that puts events (gsi1), a member's attendance (gsi2) and, prefixed, sheets in order of start."""
    return f"{stamp(starts_at)}#{event_id}"


def event_items(guild_id: str, event_id: str) -> str:
    """The partition of an event's attendance and evidence."""
    return f"G#{guild_id}#E#{event_id}"


ATTENDANCE = "ATTENDANCE#"


def attendance(guild_id: str, event_id: str, user_id: str) -> Key:
    return Key(event_items(guild_id, event_id), f"{ATTENDANCE}{user_id}")


EVIDENCE = "EVIDENCE#"


def evidence(guild_id: str, event_id: str, user_id: str, entry_id: str) -> Key:
    return Key(event_items(guild_id, event_id), f"{EVIDENCE}{user_id}#{entry_id}")


BATCHES = "BATCH#"


def batch(guild_id: str, event_id: str, batch_id: str) -> Key:
    """Officers' marks of one request, and what became of each."""
    return Key(event_items(guild_id, event_id), f"{BATCHES}{batch_id}")


def batches_by_time(guild_id: str) -> str:
    """gsi1 partition of a guild's batches."""
    return f"G#{guild_id}#BATCHES"


NOTES = "NOTE#"


def note(guild_id: str, event_id: str, user_id: str) -> Key:
    """What a member wrote to their sign-up for an event."""
    return Key(event_items(guild_id, event_id), f"{NOTES}{user_id}")


VOICE = "VOICE#"


def voice_sample(guild_id: str, event_id: str, at: datetime, part: int, first: str) -> Key:
    """What was found of the members of one part of a voice sample, from the `first` on."""
    return Key(event_items(guild_id, event_id), f"{VOICE}{stamp(at)}#{part}#{first}")


def code_tries(guild_id: str, event_id: str, user_id: str) -> Key:
    """Which requests of a member typed a check-in code at an event."""
    return Key(event_items(guild_id, event_id), f"TRIES#{user_id}")


def member_history(guild_id: str, user_id: str) -> str:
    """gsi2 partition of one member's attendance."""
    return f"G#{guild_id}#M#{user_id}"


SHEETS = "SHEET#"


def sheet(guild_id: str, starts_at: datetime, event_id: str) -> Key:
    return Key(guild(guild_id), f"{SHEETS}{by_start(starts_at, event_id)}")


CHARACTERS = "CHARACTER#"


def character(guild_id: str, character_id: str) -> Key:
    return Key(guild(guild_id), f"{CHARACTERS}{character_id}")


ABSENCES = "ABSENCE#"


def absence(guild_id: str, absence_id: str) -> Key:
    """An absence's id begins with its end."""
    return Key(guild(guild_id), f"{ABSENCES}{absence_id}")


def away(guild_id: str) -> Key:
    """The copy of a guild's absences that are not over."""
    return Key(guild(guild_id), "AWAY")


def correction(guild_id: str, correction_id: str) -> Key:
    """A member's request about their attendance at one event."""
    return Key(guild(guild_id), f"CORRECTION#{correction_id}")


def corrections_by_time(guild_id: str, status: str) -> str:
    """gsi1 partition of a guild's requests of one status."""
    return f"G#{guild_id}#CORRECTIONS#{status}"


def report(guild_id: str, job_id: str) -> Key:
    return Key(guild(guild_id), f"REPORT#{job_id}")


def report_wanted(guild_id: str, digest: str) -> Key:
    """Which job makes the file of one format and selection at the moment."""
    return Key(guild(guild_id), f"REPORTING#{digest}")


def stats(guild_id: str, stats_id: str) -> Key:
    """A `/stats` that waits for its answer."""
    return Key(guild(guild_id), f"STATS#{stats_id}")


def reports_by_time(guild_id: str) -> str:
    """gsi1 partition of a guild's report jobs."""
    return f"G#{guild_id}#REPORTS"


MEMBERS = "MEMBER#"


def member(guild_id: str, user_id: str) -> Key:
    return Key(guild(guild_id), f"{MEMBERS}{user_id}")


NOTICES = "NOTICE#"


def notice(guild_id: str, event_id: str, at: datetime, kind: str) -> Key:
    """What was told of an event, by the moment that made it due."""
    return Key(event_items(guild_id, event_id), f"{NOTICES}{stamp(at)}#{kind}")


def nudged(guild_id: str, event_id: str, user_id: str) -> Key:
    """That a member was asked about an event."""
    return Key(event_items(guild_id, event_id), f"NUDGED#{user_id}")


def call(guild_id: str, event_id: str, call_id: str) -> Key:
    """What an officer says to some of an event's members."""
    return Key(event_items(guild_id, event_id), f"CALL#{call_id}")


def called(guild_id: str, event_id: str, audience: str) -> Key:
    """When some of an event's members were called last."""
    return Key(event_items(guild_id, event_id), f"CALLED#{audience}")


def direct(guild_id: str, user_id: str) -> Key:
    """What is known of a member's direct messages."""
    return Key(guild(guild_id), f"DIRECT#{user_id}")


def member_list(guild_id: str) -> Key:
    """What Discord said last of who is in a guild."""
    return Key(guild(guild_id), "MEMBERLIST")


def card(guild_id: str, event_id: str) -> Key:
    return Key(guild(guild_id), f"CARD#{event_id}")


def delivery(guild_id: str, delivery_id: str) -> Key:
    return Key(guild(guild_id), f"SENT#{delivery_id}")


def audit(guild_id: str, at: datetime, entry_id: str) -> Key:
    return Key(audit_of(guild_id), f"{stamp(at)}#{entry_id}")


def audit_of(guild_id: str) -> str:
    return f"G#{guild_id}#AUDIT"


WEBHOOKS = "WEBHOOK#"


def webhook(guild_id: str, webhook_id: str) -> Key:
    return Key(guild(guild_id), f"{WEBHOOKS}{webhook_id}")


def webhook_deliveries(guild_id: str, webhook_id: str) -> str:
    """The partition of what was sent, or is to be, to a webhook."""
    return f"G#{guild_id}#W#{webhook_id}"


def webhook_delivery(guild_id: str, webhook_id: str, delivery_id: str) -> Key:
    """A delivery's id begins with the moment of its change."""
    return Key(webhook_deliveries(guild_id, webhook_id), delivery_id)


def failed_webhook_deliveries(guild_id: str, webhook_id: str) -> str:
    """gsi1 partition of what could not be delivered to a webhook."""
    return f"G#{guild_id}#W#{webhook_id}#FAILED"


def webhook_replay(guild_id: str, replay_id: str) -> Key:
    return Key(guild(guild_id), f"REPLAY#{replay_id}")


API_KEYS = "APIKEY#"


def api_key(guild_id: str, key_id: str) -> Key:
    return Key(guild(guild_id), f"{API_KEYS}{key_id}")


def subscriptions(guild_id: str) -> str:
    """The partition of the sockets subscribed to a guild or to one of its events."""
    return f"G#{guild_id}#SOCKETS"


def subscription(guild_id: str, connection_id: str) -> Key:
    return Key(subscriptions(guild_id), connection_id)


def access(guild_id: str, user_id: str) -> Key:
    """What Discord last said about a web user's membership, roles and permissions in a guild."""
    return Key(guild(guild_id), f"ACCESS#{user_id}")


def own_export(guild_id: str, user_id: str) -> Key:
    """That a member asked for a file of their own data."""
    return Key(guild(guild_id), f"EXPORT#{user_id}")


ERASURES = "ERASURE#"


def erasure(guild_id: str, erasure_id: str) -> Key:
    """A member on the way out; it is gone when nothing of them is left."""
    return Key(guild(guild_id), f"{ERASURES}{erasure_id}")
