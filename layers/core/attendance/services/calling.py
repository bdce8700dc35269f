"""An officer's message to some of an event's members: `/event remind`, and the same over REST.

    Discord   ask ─► a worker shows who would be told (`answer_preview`) ─► send, by the button under it
    REST      preview, which stores nothing ─► make

Both end in one transaction, and all that follows comes from the table's stream: the same request, or the same button twice,
is one call.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from attendance.discord import call_view
from attendance.discord.reply import TOKEN_LIFETIME, WEBHOOK_READY_WITHIN
from attendance.domain.call import (
    CONFIRMED_WITHIN,
    QUIET_FOR,
    Call,
    check_reach,
    check_worth_calling,
    checked_audience,
    checked_words,
)
from attendance.domain.ids import derive, is_id
from attendance.domain.reminding import checked_place
from attendance.domain.rights import require
from attendance.errors import AttendanceError, Conflict, Forbidden, Gone, NotFound, Refused, Unavailable
from attendance.services.audiences import find_audience, preview_reach
from attendance.services.events import get_event
from attendance.storage import calls, events, keys
from attendance.storage.table import ConditionFailed
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.call import Audience, Preview
    from attendance.domain.event import Event
    from attendance.ports import Discord
    from attendance.storage.table import Table


class CallRequest(NamedTuple):
    """What an officer asks for, texts as typed; `place` None: where the event's notices go."""

    audience: str
    text: str = ""
    place: str | None = None
    ping: bool = False


def ask_call(
    table: Table,
    guild_id: str,
    event_id: str,
    actor: Actor,
    now: datetime,
    request: CallRequest,
    *,
    reply_token: str,
    locale: str,
) -> Call:
    """Store what is asked; a worker answers the interaction of `reply_token` with who would be told. Nobody is told yet.

    Raises `Forbidden`, `NotFound`, `Invalid` (`audience`, `text`, `place`) and `Conflict`: it is of no use now, or the same
    members were called lately.
    """
    call = _wanted(table, guild_id, event_id, actor, now, request)
    asked = replace(call, reply_token=reply_token, locale=locale)
    calls.ask(table, asked, actor, now)
    return asked


def send_call(table: Table, guild_id: str, event_id: str, call_id: str, actor: Actor, now: datetime) -> Call:
    """Let a call that was previewed go out; the same again changes nothing.

    Raises `Forbidden` (also for another officer's preview), `NotFound`, `Conflict`: the preview is too old, it is of no use
    now, or the same members were called lately.
    """
    require(actor, "events.manage")
    event = get_event(table, guild_id, event_id, roster=False)
    call = _stored(table, guild_id, event_id, call_id)
    if call.asked_by != actor.user_id:
        raise Forbidden("This preview is somebody else's. Run /event remind yourself.", code="preview_of_another")
    if call.status == "sent":
        return call
    if now >= call.asked_at + CONFIRMED_WITHIN:
        raise Conflict("This preview is too old. Run /event remind again.", code="preview_over")
    check_worth_calling(event, call.audience, now)
    _check_quiet(table, event, call.audience, now)
    try:
        return calls.send(table, call, actor, now)
    except ConditionFailed as failed:
        raise _lately(event, keys.moment(failed.item["at"]) if failed.item else now) from failed


def preview_call(
    table: Table, discord: Discord, guild_id: str, event_id: str, actor: Actor, now: datetime, request: CallRequest
) -> Preview:
    """Return who a call would reach now, which stores nothing; raises as `ask_call`, and `Unavailable`."""
    require(actor, "events.manage")
    event, audience = get_event(table, guild_id, event_id), checked_audience(request.audience)
    place = checked_place(request.place) if request.place else None
    check_worth_calling(event, audience, now)
    return preview_reach(table, discord, event, audience, place, now, ping=request.ping)


def make_call(
    table: Table, discord: Discord, guild_id: str, event_id: str, actor: Actor, now: datetime, request: CallRequest
) -> Call:
    """Store a call that goes out and return it; the same request again returns the call that it made.

    Raises as `preview_call`, and `Conflict` when the same members were called lately or it would reach nobody or too many.
    """
    require(actor, "events.manage")
    made = calls.get(table, guild_id, event_id, _id(guild_id, actor)) if is_id(event_id) else None
    if made is not None:
        return made
    call = _wanted(table, guild_id, event_id, actor, now, request)
    check_reach(preview_call(table, discord, guild_id, event_id, actor, now, request))
    try:
        return calls.create(table, replace(call, status="sent", sent_at=now), actor, now)
    except ConditionFailed as failed:
        event = get_event(table, guild_id, event_id, roster=False)
        raise _lately(event, keys.moment(failed.item["at"]) if failed.item else now) from failed


def get_call(table: Table, guild_id: str, event_id: str, call_id: str, actor: Actor) -> Call:
    """Return a call that went out; raises `Forbidden`, `NotFound`."""
    require(actor, "events.manage")
    call = _stored(table, guild_id, event_id, call_id)
    if call.status != "sent":
        raise _unknown()
    return call


def answer_preview(
    table: Table, discord: Discord, application_id: str, message: Mapping[str, str], now: datetime
) -> float | None:
    """Show the officer who would be told; returns the seconds after which to try again, or None. Raises `Unavailable`."""
    guild_id, event_id = message["guild_id"], message["event_id"]
    call, event = calls.get(table, guild_id, event_id, message["call_id"]), events.get(table, guild_id, event_id)
    if call is None or call.reply_token is None or event is None or now >= call.asked_at + TOKEN_LIFETIME:
        log().info("preview_dropped", extra={"call_id": message["call_id"], "reason": "it was shown, or is too old"})
        return None
    try:
        check_worth_calling(event, call.audience, now)
        found = preview_reach(table, discord, event, call.audience, call.place, now, ping=call.ping)
        body = call_view.preview(found, call)
    except Unavailable:
        raise
    except AttendanceError as error:
        body = call_view.refusal(error, call.locale)
    try:
        discord.call("PATCH", f"/webhooks/{application_id}/{call.reply_token}/messages/@original", body)
    except Gone as gone:
        if now - call.asked_at < WEBHOOK_READY_WITHIN:
            return 1.0
        log().info("preview_dropped", extra={"call_id": call.call_id, "reason": gone.reason})
    except Refused as refusal:
        log().info("preview_dropped", extra={"call_id": call.call_id, "reason": refusal.reason})
    calls.forget_reply_token(table, call)
    return None


def settle_readers(table: Table, discord: Discord, message: Mapping[str, str], now: datetime) -> None:
    """Find out whom a call is for, once, when it goes out; raises `Unavailable`, `RateLimited`."""
    guild_id, event_id = message["guild_id"], message["event_id"]
    call, event = calls.get(table, guild_id, event_id, message["call_id"]), events.get(table, guild_id, event_id)
    if call is None or event is None or call.readers is not None or why_not(event, call, now):
        return
    calls.settle_readers(table, call, find_audience(table, discord, event, call.audience, now).users)


def why_not(event: Event, call: Call | None, now: datetime) -> str | None:
    """Return why a call is not told any more, None when it is."""
    if call is None or call.status != "sent":
        return "it was not sent"
    try:
        check_worth_calling(event, call.audience, now)
    except Conflict as refusal:
        return refusal.code
    return None


def still_meant(event: Event, audience: Audience, users: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of a call's readers who are meant still: who answered since, or is not coming any more, is left alone."""
    if audience == "unanswered":
        return tuple(user for user in users if user not in event.choices)
    roster = event.roster()
    coming = {seat.user_id for seat in (*roster.seated, *roster.waiting, *roster.benched)} | set(roster.maybe)
    return tuple(user for user in users if user in coming)


def _wanted(table: Table, guild_id: str, event_id: str, actor: Actor, now: datetime, request: CallRequest) -> Call:
    require(actor, "events.manage")
    event, audience = get_event(table, guild_id, event_id, roster=False), checked_audience(request.audience)
    call = Call(
        guild_id=guild_id,
        event_id=event_id,
        call_id=_id(guild_id, actor),
        audience=audience,
        text=checked_words(request.text),
        ping=request.ping,
        place=checked_place(request.place) if request.place else None,
        asked_by=actor.user_id,
        asked_at=now,
    )
    check_worth_calling(event, audience, now)
    _check_quiet(table, event, audience, now)
    return call


def _check_quiet(table: Table, event: Event, audience: Audience, now: datetime) -> None:
    """Pass when these members were not called lately; two officers at once are told apart by the write itself."""
    before = calls.last_at(table, event.guild_id, event.event_id, audience)
    if before is not None and now < before + QUIET_FOR:
        raise _lately(event, before)


def _id(guild_id: str, actor: Actor) -> str:
    return derive("call", guild_id, actor.user_id, actor.request_id)


def _stored(table: Table, guild_id: str, event_id: str, call_id: str) -> Call:
    call = calls.get(table, guild_id, event_id, call_id) if is_id(event_id) and is_id(call_id) else None
    if call is None:
        raise _unknown()
    return call


def _unknown() -> NotFound:
    return NotFound("There is no such message here.", code="no_such_call")


def _lately(event: Event, before: datetime) -> Conflict:
    again_at = int((before + QUIET_FOR).timestamp())
    return Conflict(
        f"The same members of “{event.title}” got a message only just now. The next one goes out <t:{again_at}:R> at the earliest.",
        code="called_lately",
        event=event.title,
        again_at=again_at,
    )
