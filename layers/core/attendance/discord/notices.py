"""The messages that the bot sends by itself, in the guild's language: reminders, promotions, the welcome, a report that is ready.

Pure functions of what they tell. Each embed's title links to the place it is about; the link ends in `#` and the
delivery's reference, by which a message is recognised among a channel's last ones when an answer was lost. Mentions that
ping are listed one by one in `allowed_mentions`, never parsed from the text.
"""

from __future__ import annotations

from itertools import batched
from typing import TYPE_CHECKING, Any

from attendance.discord.cards import check_in_times, counts
from attendance.discord.custom_id import CustomId
from attendance.discord.locales import find, say
from attendance.discord.public import role_name, words_of
from attendance.discord.texts import escaped, relative_time, time_mark
from attendance.domain.choice import is_away
from attendance.domain.erasure import is_pseudonym
from attendance.domain.ids import is_snowflake
from attendance.domain.reminding import ROLE_MARK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from attendance.discord.public import Words
    from attendance.domain.companion import CompanionKind
    from attendance.domain.correction import Correction
    from attendance.domain.event import Event
    from attendance.domain.report import ReportJob
    from attendance.domain.roster import Seat
    from attendance.domain.seats import Role

MENTIONS = 70
"""Members mentioned in one message: 24 characters each, so that 2,000 hold them all; `allowed_mentions` takes 100."""
_REQUESTS_NAMED = 5
_BLURPLE, _GREEN, _RED = 0x5865F2, 0x248046, 0xDA373C
_PRIMARY, _SECONDARY, _SUCCESS = 1, 2, 3  # button styles

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
    words = words_of(event.language)
    lines = [
        _starts(event, words),
        words["counts.short"].format_map(counts(event, event.roster())),
        words["reminder.check_in"].format(link=link, **check_in_times(event)),
    ]
    return notice(_titled(event, words, "reminder"), "\n".join(lines), link, reference, mentioned=users)


def no_voice_access(event: Event, reference: str, *, in_channel: bool) -> Body:
    """Return what tells an organiser that the bot may not look into the voice channel of their event."""
    words = words_of(event.language)
    names = {"channel": f"<#{event.voice_channel_id}>", "title": escaped(event.title)}
    lines = [words[f"no_voice.{part}"].format_map(names) for part in ("what", "mend", "missed")]
    link = place_link(event.guild_id, event.channel_id)
    mentioned = (event.created_by,) if in_channel else ()
    return notice(words["no_voice.title"], "\n".join(lines), link, reference, mentioned=mentioned, color=_RED)


def missed(event: Event, user_id: str, prompt_id: str, reference: str, *, in_channel: bool) -> Body:
    """Return what tells a member that they count as absent, with buttons to say otherwise."""
    words = words_of(event.language)
    values = {"title": escaped(event.title), "time": time_mark(event.starts_at, "F")}
    lines = [words[f"missed.{part}"].format_map(values) for part in ("said", "unseen", "object")]
    buttons = [
        {
            "type": 2,
            "style": style,
            "label": words[f"missed.{action}"],
            "custom_id": CustomId(action, prompt_id).encode(),
        }
        for style, action in ((_PRIMARY, "there"), (_SECONDARY, "excuse"))
    ]
    link, mentioned = place_link(event.guild_id, event.channel_id), (user_id,) if in_channel else ()
    title = words["missed.title"].format_map(values)
    told = notice(title, "\n".join(lines), link, reference, mentioned=mentioned)
    return told | {"components": [{"type": 1, "components": buttons}]}


def decided(done: Correction, event: Event, reference: str) -> Body:
    """Return what tells a member what officers decided about their request, in the language they asked in."""
    locale = done.locale or event.language
    accepted = done.status == "accepted"
    status = say(locale, f"status.{done.decision}") if accepted else ""
    values = {"title": escaped(done.title), "by": escaped(done.decided_by_name), "status": status}
    lines = [say(locale, f"decided.{done.status}", **values), *([f"> {escaped(done.answer)}"] if done.answer else [])]
    title, link = say(locale, "decided.title", **values), place_link(done.guild_id, event.channel_id)
    return notice(title, "\n".join(lines), link, reference, color=_GREEN if accepted else _RED)


def requests_waiting(
    language: str, guild_id: str, channel_id: str, count: str, named: Sequence[Correction], reference: str
) -> Body:
    """Return what tells officers that `count` requests for a correction are open, the oldest of them `named`."""
    words = words_of(language)
    wishes = {"present": words["missed.there"], "excused": words["missed.excuse"]}
    lines = [words["requests.text"].format(count=count)]
    lines += [f"<@{one.user_id}> · {escaped(one.title)} · {wishes[one.wish]}" for one in named[:_REQUESTS_NAMED]]
    return notice(words["requests.title"], "\n".join(lines), place_link(guild_id, channel_id), reference)


def promotion(event: Event, user_id: str, role: Role, link: str, reference: str, *, in_channel: bool) -> Body:
    """Return what tells a member that a seat became theirs; `in_channel` where their direct messages are closed."""
    words = words_of(event.language)
    lines = [
        words["promotion.text"].format(role=escaped(role_name(role, words)), title=escaped(event.title)),
        _starts(event, words),
        words["promotion.leave"].format(link=link),
    ]
    mentioned = (user_id,) if in_channel else ()
    return notice(words["promotion.title"], "\n".join(lines), link, reference, mentioned=mentioned, color=_GREEN)


def offer(
    event: Event, seat: Seat, ends_at: datetime, prompt_id: str, link: str, reference: str, *, in_channel: bool
) -> Body:
    """Return what asks a member to confirm the seat that is offered to them, with the buttons for it."""
    words = words_of(event.language)
    told = {"role": escaped(role_name(event.role(seat.role), words)), "title": escaped(event.title)}
    end = {"at": time_mark(ends_at, "t"), "relative": relative_time(ends_at)}
    lines = [
        words["offer.text"].format_map(told),
        _starts(event, words),
        f"{words['offer.until'].format_map(end)} {words['open_card'].format(link=link)}",
    ]
    mentioned = (seat.user_id,) if in_channel else ()
    body = notice(words["offer.title"], "\n".join(lines), link, reference, mentioned=mentioned, color=_GREEN)
    buttons = [
        {
            "type": 2,
            "style": style,
            "label": words[f"offer.{action}"],
            "custom_id": CustomId(action, prompt_id).encode(),
        }
        for action, style in (("take", _SUCCESS), ("pass_on", _SECONDARY))
    ]
    return {**body, "components": [{"type": 1, "components": buttons}]}


def displacement(event: Event, user_id: str, link: str, reference: str, *, in_channel: bool) -> Body:
    """Return what tells a member that an officer's change took their seat, and where they stand now."""
    roster, words = event.roster(), words_of(event.language)
    place = roster.waiting_place(user_id)
    if place is not None:
        now = words["displacement.waiting"].format(place=place)
    elif any(seat.user_id == user_id for seat in roster.benched):
        now = words["displacement.bench"]
    elif is_away(event.choices.get(user_id)):
        now = words["displacement.away"]
    else:
        now = words["displacement.removed"]
    lines = [
        words["displacement.text"].format(title=escaped(event.title), now=now),
        f"{_starts(event, words)} {words['open_card'].format(link=link)}",
    ]
    mentioned = (user_id,) if in_channel else ()
    return notice(words["displacement.title"], "\n".join(lines), link, reference, mentioned=mentioned)


def coming_groups(event: Event) -> list[tuple[str, ...]]:
    """Return whom a cancellation or a new time mentions, a tuple a message: who is seated, waits, sits on the bench or said maybe."""
    roster = event.roster()
    coming = [seat.user_id for seat in (*roster.seated, *roster.waiting, *roster.benched)]
    return list(batched([*coming, *roster.maybe], MENTIONS, strict=False))


def cancellation(event: Event, users: tuple[str, ...], link: str, reference: str) -> Body:
    """Return what tells `users` that an event they signed up for was called off."""
    words = words_of(event.language)
    lines = [
        words["cancellation.text"].format(start=time_mark(event.starts_at, "F")),
        words["open_card"].format(link=link),
    ]
    title = words["title.cancelled"].format(title=escaped(event.title))
    return notice(title, "\n".join(lines), link, reference, mentioned=users, color=_RED)


def moved_event(
    event: Event, before: tuple[datetime, datetime], users: tuple[str, ...], link: str, reference: str
) -> Body:
    """Return what tells `users` that an event they signed up for takes place at another time; `before`: its old start and end."""
    words = words_of(event.language)
    start, end = time_mark(event.starts_at, "F"), time_mark(event.ends_at, "t")
    lines = [
        words["moved.now"].format(start=start, relative=relative_time(event.starts_at), end=end),
        words["moved.before"].format(start=time_mark(before[0], "F"), end=time_mark(before[1], "t")),
        words["moved.answer"].format(link=link),
    ]
    return notice(_titled(event, words, "moved"), "\n".join(lines), link, reference, mentioned=users)


def companion_trouble(event: Event, kind: CompanionKind, problem: str, link: str, reference: str) -> Body:
    """Return what tells who planned an event why its thread or scheduled event is not as it should be."""
    words, title = words_of(event.language), escaped(event.title)
    what = words[f"companion.{kind}"]
    lines = [
        words["companion.text"].format(what=what, title=title, problem=problem),
        words["companion.later"].format(link=link),
    ]
    return notice(
        words["companion.title"].format(what=what, title=title), "\n".join(lines), link, reference, color=_RED
    )


def invitation(event: Event, users: tuple[str, ...], link: str, reference: str) -> Body:
    """Return what asks `users` by name to answer an event."""
    words = words_of(event.language)
    starts = {"relative": relative_time(event.starts_at), "start": time_mark(event.starts_at, "F")}
    lines = [words["invitation.text"].format_map(starts), words["invitation.answer"].format(link=link)]
    return notice(_titled(event, words, "invitation"), "\n".join(lines), link, reference, mentioned=users)


def minimum_missing(event: Event, missing: Sequence[tuple[Role, int]], link: str, reference: str) -> Body:
    """Return what warns the organiser that roles are short of their minimum."""
    words = words_of(event.language)
    named = ", ".join(f"{count} {escaped(role.name)}" for role, count in missing)
    lines = [
        words["minimum.text"].format(named=named),
        f"{_starts(event, words)} {words['open_card'].format(link=link)}",
    ]
    who = (event.created_by,) if is_snowflake(event.created_by) else ()
    return notice(_titled(event, words, "minimum"), "\n".join(lines), link, reference, mentioned=who, color=_RED)


def welcome(language: str, link: str, reference: str) -> Body:
    """Return what a guild reads when the bot was installed: the steps of setting it up."""
    words = words_of(language)
    lines = [words[f"welcome.{part}"] for part in ("thanks", "1", "2", "3", "help")]
    return notice(words["welcome.title"], "\n".join(lines), link, reference)


def report_state(job: ReportJob, language: str) -> Body:
    """Return the answer to a member who asked for a report: how far it got, a button for the file, or why there is none."""
    words = words_of(language)
    if job.status == "failed":
        problem = find(language, f"error.{job.problem_code}", job.problem_details) or job.problem
        return _report_embed(words["report.none"], problem, _RED)
    if job.status != "done":
        reached = time_mark(job.reached, "D") if job.reached else ""
        text = words["report.progress"].format(rows=f"{job.progress:,}", reached=reached)
        return _report_embed(words["report.under_way"], text, _BLURPLE)
    told = words["report.one_row" if job.row_count == 1 else "report.rows"]
    button = {
        "type": 2,
        "style": _PRIMARY,
        "label": words["report.button"],
        "custom_id": CustomId("file", job.job_id).encode(),
    }
    text = told.format(file=job.file_name, rows=f"{job.row_count:,}")
    return _report_embed(words["report.title"], text, _GREEN) | {"components": [{"type": 1, "components": [button]}]}


def _report_embed(title: str, text: str, color: int) -> Body:
    embed = {"title": title, "description": text, "color": color}
    return {"content": "", "embeds": [embed], "components": [], "allowed_mentions": {"parse": []}}


def _starts(event: Event, words: Words) -> str:
    return words["starts"].format(relative=relative_time(event.starts_at), start=time_mark(event.starts_at, "F"))


def _titled(event: Event, words: Words, kind: str) -> str:
    return words[f"{kind}.title"].format(title=escaped(event.title))


def notice(
    title: str, text: str, link: str, reference: str, *, mentioned: tuple[str, ...] = (), color: int = _BLURPLE
) -> Body:
    """Return a message that pings exactly those of `mentioned`: members by their id, roles by `&` and theirs.

    What stands for an erased member is no id of Discord's, which would refuse the whole message for it: it is left out.
    """
    mentioned = tuple(one for one in mentioned if not is_pseudonym(one))
    embed = {"title": title, "description": text, "url": f"{link}#{reference}", "color": color}
    users = [one for one in mentioned if not one.startswith(ROLE_MARK)]
    roles = [one.removeprefix(ROLE_MARK) for one in mentioned if one.startswith(ROLE_MARK)]
    pinged: Body = {"parse": [], **({"users": users} if users else {}), **({"roles": roles} if roles else {})}
    return {"content": " ".join(f"<@{one}>" for one in mentioned), "embeds": [embed], "allowed_mentions": pinged}
