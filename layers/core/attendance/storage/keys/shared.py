"""The keys of what belongs to no guild: people, sessions, sockets, things used once, limits."""

from __future__ import annotations

from attendance.storage.keys.shape import Key


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


def erased(guild_id: str, at: str, digest: str) -> Key:
    """That somebody was erased, and when. No guild's own: what removes or replaces a guild must not forget it."""
    return Key(f"{ERASED}{guild_id}", f"{at}#{digest}")


def own_items(user_id: str) -> str:
    """The partition of what is a person's own."""
    return f"USER#{user_id}"


ERASED = "ERASED#"


def own_zone(user_id: str) -> Key:
    return Key(f"USER#{user_id}", "ZONE")


def once(kind: str, digest: str) -> Key:
    """A thing used once: `kind` is STATE, CODE or TICKET, `digest` the SHA-256 of its secret."""
    return Key(f"{kind}#{digest}", kind)


def prompt(prompt_id: str) -> Key:
    """What a member was asked in a direct message, which has no guild."""
    return Key(f"PROMPT#{prompt_id}", "PROMPT")


def asked(user_id: str, digest: str) -> Key:
    """What an Idempotency-Key was first used for; `digest` hashes the key with its guild and operation."""
    return Key(f"USER#{user_id}", f"ASKED#{digest}")


def rate_limit(subject: str, window: int) -> Key:
    return Key(f"LIMIT#{subject}#{window}", "LIMIT")


def discord_limit(bucket: str) -> Key:
    return Key("DISCORD#LIMITS", bucket)


def waiting(bucket: str, since: str, holder: str) -> Key:
    """A message that waits for `bucket`, in the order of coming."""
    return Key(line(bucket), f"{WAITING}{since}#{holder}")


def serving(bucket: str) -> Key:
    """Who serves the line of `bucket`."""
    return Key(line(bucket), "SERVING")


def line(bucket: str) -> str:
    """The partition of all that waits for `bucket`."""
    return f"LINE#{bucket}"


WAITING = "WAITING#"

TABLE = "TABLE"


def table_shape() -> Key:
    """Which shape the table's items have at least."""
    return Key(TABLE, "SHAPE")


def restoration(mark: str) -> Key:
    """That this table was filled from an archive."""
    return Key(TABLE, f"RESTORED#{mark}")
