"""The messages that the bot sends by itself: reminders, promotions, the welcome, a report that is ready.

Pure functions of what they tell. Each embed's title links to the place it is about; the link ends in `#` and the
delivery's reference, by which a message is recognised among a channel's last ones when an answer was lost. Mentions that
ping are listed one by one in `allowed_mentions`, never parsed from the text.
"""

from __future__ import annotations

from itertools import batched
from typing import TYPE_CHECKING, Any

from attendance.discord.custom_id import CustomId
from attendance.discord.texts import escaped, relative_time, time_mark
from attendance.domain.ids import is_snowflake

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from attendance.domain.companion import CompanionKind
    from attendance.domain.event import Event
    from attendance.domain.report import ReportJob
    from attendance.domain.seats import Role

MENTIONS = 70
"""Members mentioned in one message: 24 characters each, so that 2,000 hold them all; `allowed_mentions` takes 100."""
_BLURPLE, _GREEN, _RED = 0x5865F2, 0x248046, 0xDA373C
_PRIMARY = 1

type Body = dict[str, Any]


def place_link(guild_id: str, channel_id: str, message_id: str | None = None) -> str:
    """Return the link to a channel, or to a message in it."""
    link = f"https://discord.com/channels/{guild_id}/{channel_id}"
    return f"{link}/{message_id}" if message_id else link


def reminder_groups(event: Event) -> list[tuple[str, ...]]:
    """Return whom a reminder mentions, a tuple a message: everyone seated, in commit order; at least one group."""
    seated = [seat.user_id for seat in event.roster().seated]
    return list(batched(seated, MENTIONS, strict=False)) or [()]


def reminder(event: Event, users: tuple[str, ...], link: str, reference: str) -> Body:
    """Return the reminder that mentions `users`."""
    roster = event.roster()
    party = f"{len(roster.seated)}/{event.capacity}" if event.capacity else str(len(roster.seated))
    opens, closes = event.check_in.opens_at(event.starts_at), event.check_in.closes_at(event.starts_at)
    lines = [
        f"Starts {relative_time(event.starts_at)}, {time_mark(event.starts_at, 'F')}.",
        f"**{party}** going \u00b7 **{len(roster.waiting)}** waiting \u00b7 **{len(roster.maybe)}** maybe",
        f"Check-in: {time_mark(opens, 't')} to {time_mark(closes, 't')}. [Open the card]({link})",
    ]
    return _notice(f"Reminder: {escaped(event.title)}", "\n".join(lines), link, reference, mentioned=users)


def no_voice_access(event: Event, reference: str, *, in_channel: bool) -> Body:
    """Return what tells an organiser that the bot may not look into the voice channel of their event."""
    channel = f"<#{event.voice_channel_id}>"
    lines = [
        f"**{escaped(event.title)}** counts presence in {channel}, but Discord does not let me see who is there.",
        f"Give me **View Channel** and **Connect** in {channel}: the next sample, five minutes later, sees it.",
        "What was missed counts against nobody.",
    ]
    link = place_link(event.guild_id, event.channel_id)
    mentioned = (event.created_by,) if in_channel else ()
    return _notice("I cannot see the voice channel", "\n".join(lines), link, reference, mentioned=mentioned, color=_RED)


def promotion(event: Event, user_id: str, role_name: str, link: str, reference: str, *, in_channel: bool) -> Body:
    """Return what tells a member that a seat became theirs; `in_channel` where their direct messages are closed."""
    lines = [
        f"A seat is free, and you were next: you are now **{escaped(role_name)}** in **{escaped(event.title)}**.",
        f"It starts {relative_time(event.starts_at)}, {time_mark(event.starts_at, 'F')}.",
        f"Cannot come after all? [Change your answer on the card]({link}), so that the next one moves up.",
    ]
    return _notice(
        "You have a seat", "\n".join(lines), link, reference, mentioned=(user_id,) if in_channel else (), color=_GREEN
    )


def displacement(event: Event, user_id: str, link: str, reference: str, *, in_channel: bool) -> Body:
    """Return what tells a member that an officer's change took their seat, and where they stand now."""
    roster = event.roster()
    place = roster.waiting_place(user_id)
    if place is not None:
        now = f"You are number {place} on the waiting list, and move up by yourself when a seat is free."
    elif any(seat.user_id == user_id for seat in roster.benched):
        now = "You are on the bench: an officer seats you when you are needed."
    else:
        now = "Your sign-up was taken out."
    lines = [
        f"An officer changed the seats of **{escaped(event.title)}**, and yours is not there any more. {now}",
        f"It starts {relative_time(event.starts_at)}, {time_mark(event.starts_at, 'F')}. [Open the card]({link})",
    ]
    return _notice(
        "Your seat has changed", "\n".join(lines), link, reference, mentioned=(user_id,) if in_channel else ()
    )


def coming_groups(event: Event) -> list[tuple[str, ...]]:
    """Return whom a cancellation or a new time mentions, a tuple a message: who is seated, waits, sits on the bench or said maybe."""
    roster = event.roster()
    coming = [seat.user_id for seat in (*roster.seated, *roster.waiting, *roster.benched)]
    return list(batched([*coming, *roster.maybe], MENTIONS, strict=False))


def cancellation(event: Event, users: tuple[str, ...], link: str, reference: str) -> Body:
    """Return what tells `users` that an event they signed up for was called off."""
    lines = [
        f"It would have started {time_mark(event.starts_at, 'F')}. You need not do anything.",
        f"[Open the card]({link})",
    ]
    return _notice(f"Cancelled: {escaped(event.title)}", "\n".join(lines), link, reference, mentioned=users, color=_RED)


def moved_event(
    event: Event, before: tuple[datetime, datetime], users: tuple[str, ...], link: str, reference: str
) -> Body:
    """Return what tells `users` that an event they signed up for takes place at another time; `before`: its old start and end."""
    lines = [
        f"It starts **{time_mark(event.starts_at, 'F')}** ({relative_time(event.starts_at)}), until {time_mark(event.ends_at, 't')}.",
        f"Until now: {time_mark(before[0], 'F')}, until {time_mark(before[1], 't')}.",
        f"Your answer stays as it was. Does that not suit you? [Change it on the card]({link})",
    ]
    return _notice(f"New time: {escaped(event.title)}", "\n".join(lines), link, reference, mentioned=users)


def companion_trouble(event: Event, kind: CompanionKind, problem: str, link: str, reference: str) -> Body:
    """Return what tells who planned an event why its thread or scheduled event is not as it should be."""
    what = {"thread": "thread", "scheduled_event": "Discord event"}[kind]
    lines = [
        f"The {what} of **{escaped(event.title)}** could not be brought up to date: {problem}.",
        f"Everything else works. I try again when the event changes, an hour from now at the earliest. [Open the card]({link})",
    ]
    return _notice(f"No {what} for {escaped(event.title)}", "\n".join(lines), link, reference, color=_RED)


def invitation(event: Event, users: tuple[str, ...], link: str, reference: str) -> Body:
    """Return what asks `users` by name to answer an event."""
    lines = [
        f"You are invited. It starts {relative_time(event.starts_at)}, {time_mark(event.starts_at, 'F')}.",
        f"[Answer on the card]({link}): also a no helps.",
    ]
    return _notice(f"Invited: {escaped(event.title)}", "\n".join(lines), link, reference, mentioned=users)


def minimum_missing(event: Event, missing: Sequence[tuple[Role, int]], link: str, reference: str) -> Body:
    """Return what warns the organiser that roles are short of their minimum."""
    named = ", ".join(f"{count} {escaped(role.name)}" for role, count in missing)
    lines = [
        f"Still missing for the minimum: **{named}**.",
        f"It starts {relative_time(event.starts_at)}, {time_mark(event.starts_at, 'F')}. [Open the card]({link})",
    ]
    who = (event.created_by,) if is_snowflake(event.created_by) else ()
    title = f"Not enough yet: {escaped(event.title)}"
    return _notice(title, "\n".join(lines), link, reference, mentioned=who, color=_RED)


def welcome(link: str, reference: str) -> Body:
    """Return what a guild reads when the bot was installed: the steps of setting it up."""
    lines = [
        "Thank you for installing me. Three steps, and your first event stands:",
        "**1.** Someone with Manage Server runs `/settings setup`: time zone, channel for events, officer role.",
        "**2.** An officer runs `/create-preset` with the roles of your party, such as `tank 2, healer 2-3, dps 6`.",
        "**3.** An officer runs `/create-event`. Its card shows up here with buttons to sign up and to check in.",
        "`/help` explains every command, and shows only what you may do.",
    ]
    return _notice("Attendance Tracker is here", "\n".join(lines), link, reference)


def report_ready(job: ReportJob) -> Body:
    """Return the answer to the member who asked for a report: a button for the file, or why there is none."""
    if job.status == "failed":
        embed: Body = {"title": "There is no report", "description": job.problem, "color": _RED}
        return {"content": "", "embeds": [embed], "components": [], "allowed_mentions": {"parse": []}}
    rows = "1 row" if job.row_count == 1 else f"{job.row_count:,} rows"
    embed = {
        "title": "Your report is ready",
        "description": f"`{job.file_name}`, {rows}. The button makes a link for you alone, valid for five minutes.",
        "color": _GREEN,
    }
    button = {
        "type": 2,
        "style": _PRIMARY,
        "label": "Get the file",
        "custom_id": CustomId("file", job.job_id).encode(),
    }
    return {
        "content": "",
        "embeds": [embed],
        "components": [{"type": 1, "components": [button]}],
        "allowed_mentions": {"parse": []},
    }


def _notice(
    title: str, text: str, link: str, reference: str, *, mentioned: tuple[str, ...] = (), color: int = _BLURPLE
) -> Body:
    embed = {"title": title, "description": text, "url": f"{link}#{reference}", "color": color}
    pinged: Body = {"parse": [], "users": list(mentioned)} if mentioned else {"parse": []}
    return {"content": " ".join(f"<@{user}>" for user in mentioned), "embeds": [embed], "allowed_mentions": pinged}
