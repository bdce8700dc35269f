"""Every key shape of the one table, and every access pattern with its cost.

A guild's data begins with its guild in every key, index keys included, so no query can cross guilds. The kinds that are
not a guild's (sessions, sign-in states, one-time codes, tickets, connections, rate limits, due shards) are few and stand
apart below. Costs are DynamoDB capacity units: RCU strongly consistent unless said otherwise, s = item size in
KB, n = items; a transaction doubles a write.

| pattern                                  | keys                                                | index | used by                     | cost            |
|------------------------------------------|-----------------------------------------------------|-------|-----------------------------|-----------------|
| settings of a guild                      | G#g / SETTINGS                                      | -     | every command that plans    | 1 RCU           |
| a preset; all presets of a guild         | G#g / PRESET#id                                     | -     | create, autocomplete, REST  | 1; n*s/8 RCU    |
| a series; all series of a guild          | G#g / SERIES#id                                     | -     | /series, REST, the sweep    | 1; n*s/8 RCU    |
| an event with its roster                 | G#g / EVENT#id                                      | -     | show, check-in, REST        | s/4 RCU         |
| sign-up click                            | G#g / EVENT#id                                      | -     | interactions                | s WCU           |
| events of a guild by start               | G#g#EVENTS / start#id                               | gsi1  | lists, autocomplete         | n*0.3/8 RCU     |
| verdicts of an event; one member's       | G#g#E#e / ATTENDANCE#user                           | -     | check-in, closing, REST     | n*s/8; 1 RCU    |
| evidence of a member at an event         | G#g#E#e / EVIDENCE#user#entry                       | -     | explaining a verdict        | n*s/8 RCU       |
| check-in                                 | the two above in one transaction                    | -     | button, /attend             | 4 WCU + gsi2 2  |
| officers' marks, one or many (a batch)   | the two above each, up to 40 in one transaction     | -     | /attendance, REST           | 5 WCU + 6 a member |
| a batch; an event's batches              | G#g#E#e / BATCH#id                                  | -     | marking, undo, REST         | 1; n*s/8 RCU    |
| a guild's batches, newest first          | G#g#BATCHES / made#id                               | gsi1  | /attendance undo            | n*0.3/8 RCU     |
| notes of an event's sign-ups; one's own  | G#g#E#e / NOTE#user                                 | -     | show, forms, REST           | n*s/8; 1 RCU    |
| sign-up with a note                      | the event and the note in one transaction           | -     | the form, REST              | 2s WCU + 2, s/4 RCU |
| an event's voice samples                 | G#g#E#e / VOICE#at#part#first                       | -     | the sweep, closing          | 1 WCU for 20 members; n*s/8 RCU |
| codes that a member typed at an event    | G#g#E#e / TRIES#user                                | -     | /attend with a code         | 1 WCU           |
| a member's attendance by start           | G#g#M#user / start#event                            | gsi2  | a member's record           | n*0.2/8 RCU     |
| sheets of a guild by start               | G#g / SHEET#start#event                             | -     | reports, REST               | n*s/8 RCU       |
| a character; all of a guild               | G#g / CHARACTER#id                                  | -     | /characters, REST, imports  | 1; n*s/8 RCU    |
| absences that end after a moment         | G#g / ABSENCE#end,id                                | -     | /absence, closing           | n*0.3/8 RCU     |
| who is away, all of a guild              | G#g / AWAY                                          | -     | creating, /absence add      | s/4; 2*s WCU    |
| due items of an event                    | G#g / DUE#event#kind#offset                         | -     | edits move them             | 1 WCU each (x2) |
| what is due now, in one of 8 shards      | DUE#shard / at#guild#event#kind#offset              | gsi3  | the minute sweep            | n*0.3/8 RCU     |
| a correction asked for; those of a status | G#g / CORRECTION#id; G#g#CORRECTIONS#status / asked#id | gsi1 | /attendance requests, REST | 1; n*0.3/8 + n RCU |
| a report job; newest jobs of a guild     | G#g / REPORT#id; G#g#REPORTS / requested#id         | gsi1  | reports, REST               | 1; n*0.3/8 RCU  |
| members seen                             | G#g / MEMBER#user                                   | -     | names in sheets and lists   | n*s/8 RCU       |
| a guild's members as Discord lists them  | G#g / MEMBERLIST                                    | -     | REST batch, sheets          | s/4 RCU, s WCU/min |
| a member's direct messages               | G#g / MEMBER#user                                   | -     | notifications               | 1 RCU           |
| where an event's card, thread and Discord event stand | G#g / CARD#event                       | -     | notifications, /event show  | 1 RCU, 1 WCU    |
| a message sent once                      | G#g / SENT#key                                      | -     | notifications               | 2 WCU           |
| audit entries, newest first              | G#g#AUDIT / at#id                                   | -     | REST                        | n*s/8 RCU       |
| sockets subscribed to a guild            | G#g#SOCKETS / connection                            | -     | one read per change         | n*s/8 RCU       |
| a connection                             | CONNECTION#id / CONNECTION                          | -     | subscribe, disconnect       | 1 RCU           |
| session family; a user's sessions        | SESSION#family / SESSION; USER#u / SESSION#family   | -     | refresh, logout             | 1 RCU           |
| sign-in state, one-time code, ticket     | STATE#hash, CODE#hash, TICKET#hash / same           | -     | used once by a delete       | 1 WCU           |
| a user's guilds as Discord told          | USER#u / GUILDS                                     | -     | REST                        | s/4 RCU         |
| what a web user may do in a guild        | G#g / ACCESS#user                                   | -     | REST, subscribe, ping       | 1 RCU (+1 WCU/min) |
| what an Idempotency-Key asked for        | USER#u / ASKED#digest                               | -     | REST POST                   | 1 WCU           |
| subscriptions of outgoing webhooks       | G#g / WEBHOOK#id                                    | -     | REST, changes, webhooks     | n*s/8 RCU       |
| API keys of a guild; one by its hash      | G#g / APIKEY#id; APIKEY#hash / APIKEY               | -     | REST                        | n*s/8; 1 RCU    |
| a person's own time zone                 | USER#u / ZONE                                       | -     | /zone, create, autocomplete | 1 RCU, 1 WCU    |
| a calendar feed; a member's feeds        | FEED#hash / FEED; USER#u / FEED#guild#kind          | -     | /calendar, REST             | 1 RCU; 6 WCU    |
| what a message to one member asks them    | PROMPT#id / PROMPT                                  | -     | buttons in direct messages  | 1 RCU, 1 WCU    |
| rate limit window                        | LIMIT#subject#window / LIMIT                        | -     | REST                        | 1 WCU           |
| what a 429 taught                        | DISCORD#LIMITS / bucket                             | -     | every call to Discord       | 5 RCU           |

The attribute `entity` names what an item is. The stream hands on only items whose `entity` is in `DOMAIN_ENTITIES`
(template.yaml filters on it): never leases, sessions, sockets or what `changes` itself writes.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from attendance.domain.due import Due

DUE_SHARDS = 8
DOMAIN_ENTITIES = (
    "absence",
    "attendance",
    "batch",
    "character",
    "correction",
    "event",
    "guild",
    "key",
    "preset",
    "report",
    "series",
    "settings",
    "sheet",
)


class Key(NamedTuple):
    """A primary key."""

    pk: str
    sk: str


def stamp(moment: datetime) -> str:
    """Return `moment` as text that sorts in time order: UTC, milliseconds, 24 characters."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def moment(text: str) -> datetime:
    """Return the aware UTC moment that `stamp` wrote."""
    return datetime.fromisoformat(text)


def guild(guild_id: str) -> str:
    """The partition of what a guild owns."""
    return f"G#{guild_id}"


def settings(guild_id: str) -> Key:
    return Key(guild(guild_id), "SETTINGS")


def installation(guild_id: str) -> Key:
    """Since when the bot is in a guild, and whether it still is."""
    return Key(guild(guild_id), "GUILD")


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


def due(item: Due) -> Key:
    return Key(guild(item.guild_id), f"DUE#{item.event_id}#{item.kind}#{item.offset}")


def due_of_event(event_id: str) -> str:
    """Sort key prefix of an event's due items."""
    return f"DUE#{event_id}#"


def due_shard(guild_id: str, event_id: str) -> str:
    """gsi3 partition in which an event's due items wait; spread so that one raid hour does not heat one partition."""
    return due_shard_name(zlib.crc32(f"{guild_id}/{event_id}".encode()) % DUE_SHARDS)


def due_shard_name(shard: int) -> str:
    return f"DUE#{shard}"


def due_order(item: Due) -> str:
    return f"{stamp(item.at)}#{item.guild_id}#{item.event_id}#{item.kind}#{item.offset}"


def correction(guild_id: str, correction_id: str) -> Key:
    """A member's request about their attendance at one event."""
    return Key(guild(guild_id), f"CORRECTION#{correction_id}")


def corrections_by_time(guild_id: str, status: str) -> str:
    """gsi1 partition of a guild's requests of one status."""
    return f"G#{guild_id}#CORRECTIONS#{status}"


def report(guild_id: str, job_id: str) -> Key:
    return Key(guild(guild_id), f"REPORT#{job_id}")


def reports_by_time(guild_id: str) -> str:
    """gsi1 partition of a guild's report jobs."""
    return f"G#{guild_id}#REPORTS"


MEMBERS = "MEMBER#"


def member(guild_id: str, user_id: str) -> Key:
    return Key(guild(guild_id), f"{MEMBERS}{user_id}")


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


API_KEYS = "APIKEY#"


def api_key(guild_id: str, key_id: str) -> Key:
    return Key(guild(guild_id), f"{API_KEYS}{key_id}")


def subscriptions(guild_id: str) -> str:
    """The partition of the sockets subscribed to a guild or to one of its events."""
    return f"G#{guild_id}#SOCKETS"


def subscription(guild_id: str, connection_id: str) -> Key:
    return Key(subscriptions(guild_id), connection_id)


# What follows belongs to no guild.


def connection(connection_id: str) -> Key:
    return Key(f"CONNECTION#{connection_id}", "CONNECTION")


def session(family: str) -> Key:
    return Key(f"SESSION#{family}", "SESSION")


SESSIONS = "SESSION#"


def session_of_user(user_id: str, family: str) -> Key:
    return Key(f"USER#{user_id}", f"{SESSIONS}{family}")


def guilds_of_user(user_id: str) -> Key:
    return Key(f"USER#{user_id}", "GUILDS")


def api_key_by_hash(digest: str) -> Key:
    """An API key by the SHA-256 of itself."""
    return Key(f"APIKEY#{digest}", "APIKEY")


def feed(digest: str) -> Key:
    """A calendar feed by the SHA-256 of its token."""
    return Key(f"FEED#{digest}", "FEED")


def feed_of_user(user_id: str, guild_id: str, kind: str) -> Key:
    return Key(f"USER#{user_id}", f"FEED#{guild_id}#{kind}")


def own_zone(user_id: str) -> Key:
    return Key(f"USER#{user_id}", "ZONE")


def once(kind: str, digest: str) -> Key:
    """A thing used once: `kind` is STATE, CODE or TICKET, `digest` the SHA-256 of its secret."""
    return Key(f"{kind}#{digest}", kind)


def prompt(prompt_id: str) -> Key:
    """What a member was asked in a direct message, which has no guild."""
    return Key(f"PROMPT#{prompt_id}", "PROMPT")


def access(guild_id: str, user_id: str) -> Key:
    """What Discord last said about a web user's membership, roles and permissions in a guild."""
    return Key(guild(guild_id), f"ACCESS#{user_id}")


def asked(user_id: str, digest: str) -> Key:
    """What an Idempotency-Key was first used for; `digest` hashes the key with its guild and operation."""
    return Key(f"USER#{user_id}", f"ASKED#{digest}")


def rate_limit(subject: str, window: int) -> Key:
    return Key(f"LIMIT#{subject}#{window}", "LIMIT")


def discord_limit(bucket: str) -> Key:
    return Key("DISCORD#LIMITS", bucket)
