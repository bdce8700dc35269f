"""What the notifications queue asks for: cards, reminders, promotions, finished reports, the welcome.

Each message is a reference; what it says is read fresh when it is sent, so a late message never tells an old story. All
of it may be delivered any number of times, in any order: `services.deliveries` and `services.cards` make it once.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attendance.discord import notices
from attendance.domain.actor import system
from attendance.domain.ids import derive
from attendance.domain.languages import ENGLISH
from attendance.errors import Refused
from attendance.services.announcing import ANNOUNCED, announce, announce_directly
from attendance.services.calling import answer_preview
from attendance.services.cards import draw_card
from attendance.services.closing import complete_sheet
from attendance.services.companions import bring_up
from attendance.services.deliveries import Posting, post_once
from attendance.services.digests import post_digest
from attendance.services.holding import attempt
from attendance.services.invitations import ask_invited, warn_of_minimum
from attendance.services.missed_events import find_missed, tell_decided, tell_missed
from attendance.services.nudging import find_unanswered, nudge_members
from attendance.services.offering import tell_offer
from attendance.services.offers import settle_seats
from attendance.services.officers_told import tell_officers
from attendance.services.purging import look_for_guild
from attendance.services.report_answers import answer_report
from attendance.services.telling import tell
from attendance.services.voice_sampling import sample_voice
from attendance.storage import cards, guilds, keys
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from attendance.ports import Discord, Queue
    from attendance.services.holding import Stays
    from attendance.storage.table import Table


_WITHOUT_THE_GUILD = frozenset({"welcome", "seats", "sheet", "report_ready", "report_state", "call_preview"})
"""What is done also where the bot was found to be removed: it speaks to nobody there, or says that the bot is back."""


class UnknownKind(ValueError):
    """A message of a version or kind that this code does not know: kept for code that does, never guessed."""


def deliver(
    table: Table,
    discord: Discord,
    queue: Queue,
    application_id: str,
    message: Mapping[str, Any],
    holder: str,
    now: datetime,
    *,
    line: str = "",
) -> Stays | None:
    """Do what one message asks; what has to wait is put aside, so that no try is used up.

    `holder` is the queue's own id of the message. One that stands in `line` stays there where
    `holding.attempt` says so. Raises `Unavailable` when it could not be put aside, and `UnknownKind`.
    """
    if message.get("v") != 1:
        raise UnknownKind(f"version {message.get('v')}")
    if message.get("kind") not in _WITHOUT_THE_GUILD and guilds.bot_is_gone(table, message["guild_id"], now):
        left_out = {"kind": message.get("kind"), "guild_id": message["guild_id"], "reason": "the bot was removed"}
        log().info("message_dropped", extra=left_out)
        return None

    act = partial(_act, table, discord, queue, application_id, message, holder, now)
    return attempt(act, table, queue, message, holder, now, line=line)


def _act(
    table: Table,
    discord: Discord,
    queue: Queue,
    application_id: str,
    message: Mapping[str, Any],
    holder: str,
    now: datetime,
) -> float | None:
    match message.get("kind"):
        case "card":
            return draw_card(table, discord, queue, message["guild_id"], message["event_id"], holder, now)
        case "thread" | "scheduled_event" as kind:
            return bring_up(table, discord, message["guild_id"], message["event_id"], kind, holder, now)
        case "report_ready" | "report_state" | "call_preview" as kind:
            answer = answer_preview if kind == "call_preview" else answer_report
            return answer(table, discord, application_id, message, now)
        case "sheet":
            actor = system(f"sheet/{message['event_id']}")
            complete_sheet(table, discord, message["guild_id"], message["event_id"], actor, now)
            return None
        case kind if kind in ANNOUNCED:
            announce(table, discord, queue, message, now)
            return None
        case "nudge":
            find_unanswered(table, discord, queue, message, now)
            return None
        case "missed":
            return find_missed(table, queue, message, now)
        case "invited":
            return ask_invited(table, discord, message, now)
    tell = _NOTICES.get(str(message.get("kind")))
    if tell is None:
        raise UnknownKind(f"kind {message.get('kind')}")
    tell(table, discord, message, now)
    return None


def _tell_moved(table: Table, discord: Discord, message: Mapping[str, Any], now: datetime) -> None:
    """Tell a member of the seat they gained or lost: directly, or once in the channel where direct messages are closed.

    What is no longer so is not told: a promotion to who left again, a loss to who has a seat.
    """
    guild_id, event_id, user_id = message["guild_id"], message["event_id"], message["user_id"]
    event = settle_seats(table, guild_id, event_id, now)  # what is told now has to hold
    seat = event.roster().seat_of(user_id) if event is not None and event.status == "open" else None
    gained = message["kind"] == "promotion"
    if event is None or event.status != "open" or gained == (seat is None) or now >= event.starts_at:
        log().info(f"{message['kind']}_dropped", extra={"event_id": event_id})
        return
    card = cards.get(table, guild_id, event_id)
    link = notices.place_link(guild_id, event.channel_id, card.message_id)
    change = f"{message['version']}.{message['seq']}"  # seats move with clicks and with edits

    def body(reference: str, in_channel: bool) -> dict[str, Any]:  # noqa: FBT001 - as `tell` calls it
        if seat is None:
            return notices.displacement(event, user_id, link, reference, in_channel=in_channel)
        return notices.promotion(event, user_id, event.role(seat.role), link, reference, in_channel=in_channel)

    tell(
        table, discord, event, user_id, derive(message["kind"], event_id, change), body, now,
        topic="seats", noted_as=(message["kind"], message.get("at") or keys.stamp(event.starts_at)),
    )  # fmt: skip


def _welcome(table: Table, discord: Discord, message: Mapping[str, Any], now: datetime) -> None:
    """Post the welcome in the channel that the installation named, else the first that takes it."""
    guild_id, language = message["guild_id"], message.get("language", ENGLISH)
    guilds.forget_bot_gone(table, guild_id, now)
    try:
        channels = [message["channel_id"]] if message.get("channel_id") else _text_channels(discord, guild_id)
    except Refused as refusal:
        log().info("welcome_dropped", extra={"guild_id": guild_id, "reason": refusal.reason})
        return
    for channel_id in channels[:_CHANNELS_TRIED]:
        reference = derive("welcome", guild_id, message["installed_at"], channel_id)
        posting = Posting(
            guild_id=guild_id,
            delivery_id=reference,
            channel_id=channel_id,
            body=notices.welcome(language, notices.place_link(guild_id, channel_id), reference),
            marker=reference,
        )
        try:
            post_once(table, discord, posting, now)
        except Refused:
            continue  # not writable: the next one may be
        return
    log().info("welcome_dropped", extra={"guild_id": guild_id, "reason": "no channel takes it"})


_CHANNELS_TRIED = 3
_TEXT_CHANNEL = 0


def _text_channels(discord: Discord, guild_id: str) -> list[str]:
    """Return the guild's text channels, the one that Discord posts its own notices to first, then from the top."""
    system = discord.call("GET", f"/guilds/{guild_id}").get("system_channel_id")
    found = [
        channel for channel in discord.call("GET", f"/guilds/{guild_id}/channels") if channel["type"] == _TEXT_CHANNEL
    ]
    return [channel["id"] for channel in sorted(found, key=lambda one: (one["id"] != system, one.get("position", 0)))]


def _settle_seats(table: Table, _discord: Discord, message: Mapping[str, Any], now: datetime) -> None:
    settle_seats(table, message["guild_id"], message["event_id"], now)


_NOTICES: dict[str, Callable[[Table, Discord, Mapping[str, Any], datetime], None]] = {
    "voice_sample": sample_voice,
    "direct": announce_directly,
    "nudge_to": nudge_members,
    "digest": post_digest,
    "missed_by": tell_missed,
    "correction_decided": tell_decided,
    "corrections_asked": tell_officers,
    "offer": tell_offer,
    "promotion": _tell_moved,
    "seats": _settle_seats,
    "displaced": _tell_moved,
    "minimum": warn_of_minimum,
    "welcome": _welcome,
    "presence": look_for_guild,
}
"""What is posted for a kind of message, once however often it comes."""
