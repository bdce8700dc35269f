"""An event's card: the message in a channel that shows the roster and takes sign-ups.

A pure function of the event and `now`, so that a click (answered with the card it changed) and a later redraw agree to
the byte. Discord's limits are held here for every roster of up to 1,000 members: an embed has at most 6,000 characters
in all, 25 fields, 1,024 a field (https://discord.com/developers/docs/resources/message#embed-object-embed-limits), and
(`card_controls`) a message five rows. What does not fit is counted ("and 12 more"), never cut in the middle.

Members are mentioned by id: inside an embed a mention shows the member's present name and pings nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from attendance.discord.card_controls import card_rows
from attendance.discord.public import role_name, words_of
from attendance.discord.texts import escaped, escaped_links, relative_time, time_mark
from attendance.domain.seats import GOING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from attendance.discord.public import Words
    from attendance.domain.event import Event
    from attendance.domain.roster import Roster, Seat
    from attendance.domain.seats import Role

MAX_EMBED = 6000
MAX_FIELD = 1024
_COLORS = {"open": 0x5865F2, "closed": 0x80848E, "cancelled": 0xDA373C}
_NOTE = "\u270e"
_NOBODY = "\u2014"


class _Field(NamedTuple):
    """Of a field's `total` lines the first ones, all that could fit, their `length`, and whether it stands beside others."""

    name: str
    total: int
    lines: list[str]
    length: int
    inline: bool


def event_card(event: Event, now: datetime, *, totals: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Return the message body that shows `event` at `now`: embed, buttons, and no mention that pings.

    Controls are those that would be accepted now (see `card_controls`). `totals` (status -> members), where given, are shown on a closed one.
    """
    roster, words = event.roster(), words_of(event.language)
    seated: dict[str, list[Seat]] = {role.key: [] for role in event.roles}
    for seat in roster.seated:
        seated[seat.role].append(seat)
    title = escaped(event.title)
    if event.status != "open":
        title = words[f"title.{event.status}"].format(title=title)
    description = _description(event, roster, now, words)
    fields = [*_role_fields(event, seated, words), *_other_fields(event, roster, words)]
    if totals:
        shown = " \u00b7 ".join(f"{count} {words[f'status.{status}']}" for status, count in totals.items())
        fields.append(_field(words["attendance"], 1, [shown], inline=False))
    embed = {
        "title": title,
        "description": description,
        "color": _COLORS[event.status],
        "fields": _fitted(fields, MAX_EMBED - len(title) - len(description), words["and_more"]),
    }
    return {"embeds": [embed], "components": card_rows(event, seated, now, words), "allowed_mentions": {"parse": []}}


def _description(event: Event, roster: Roster, now: datetime, words: Words) -> str:
    start, end = time_mark(event.starts_at, "F"), time_mark(event.ends_at, "t")
    lines = [words["when"].format(start=start, relative=relative_time(event.starts_at), end=end)]
    about = [f"**{escaped(event.game)}**"] if event.game else []
    about += [f"<#{event.voice_channel_id}>"] if event.voice_channel_id else []
    about += [words["tracks"].format(role=f"<@&{event.tracked_role_id}>")] if event.tracked_role_id else []
    about += [] if event.counted else [words["uncounted"]]
    if about:
        lines.append(" \u00b7 ".join(about))
    lines.append(words["counts"].format_map(counts(event, roster)))
    if event.status == "open":
        lines += _open_lines(event, now, words)
    if event.description:
        lines += ["", escaped_links(event.description)]
    return "\n".join(lines)


def counts(event: Event, roster: Roster) -> dict[str, object]:
    """Return how many come, wait, might come and do not, as the texts about them name it."""
    party = f"{len(roster.seated)}/{event.capacity}" if event.capacity else str(len(roster.seated))
    return {"party": party, "waiting": len(roster.waiting), "maybe": len(roster.maybe), "no": len(roster.no)}


def check_in_times(event: Event) -> dict[str, str]:
    """Return when check-in opens and closes, as the texts about it name it."""
    opens, closes = event.check_in.opens_at(event.starts_at), event.check_in.closes_at(event.starts_at)
    return {"opens": time_mark(opens, "t"), "closes": time_mark(closes, "t")}


def _open_lines(event: Event, now: datetime, words: Words) -> Iterator[str]:
    """Yield who may sign up and when, and when to check in."""
    if event.sign_up_role_id is not None:
        yield words["sign_up_role"].format(role=f"<@&{event.sign_up_role_id}>")
    if event.sign_up_opens_at is not None and now < event.sign_up_opens_at:
        opens = event.sign_up_opens_at
        yield words["sign_up_opens"].format(at=time_mark(opens, "f"), relative=relative_time(opens))
    if event.sign_up_closes_at is not None:
        closes = event.sign_up_closes_at
        yield words["sign_up_closes"].format(at=time_mark(closes, "f"), relative=relative_time(closes))
    yield words["check_in.code" if event.code else "check_in"].format_map(check_in_times(event))


class _Mentions:
    """Writes members with what they said beside their yes: minutes, other roles, a note."""

    def __init__(self, event: Event, words: Words) -> None:
        self.names = {role.key: escaped(role_name(role, words)) for role in event.roles}
        self._late, self._or = words["minutes_late"], words["or"]

    def __call__(self, seat: Seat) -> str:
        if not (seat.late_minutes or seat.others or seat.noted):
            return f"<@{seat.user_id}>"
        told = [self._late.format(minutes=seat.late_minutes)] if seat.late_minutes else []
        if seat.others:
            told.append(self._or.format(roles=", ".join(self.names.get(key, key) for key in seat.others)))
        shown = f"<@{seat.user_id}>" + (f" ({', '.join(told)})" if told else "")
        return f"{shown} {_NOTE}" if seat.noted else shown


def _role_fields(event: Event, seated: Mapping[str, list[Seat]], words: Words) -> Iterator[_Field]:
    mention = _Mentions(event, words)
    for role in event.roles:
        members = seated[role.key]
        yield _field(_role_title(role, len(members), words), len(members), map(mention, members))


def _role_title(role: Role, count: int, words: Words) -> str:
    if role == GOING:
        return f"{role_name(role, words)} {count}"
    missing = max(0, role.minimum - count)
    short = f" ({words['needs'].format(missing=missing)})" if missing else ""
    return f"{escaped(role.name)} {count}/{role.maximum}{short}"


def _other_fields(event: Event, roster: Roster, words: Words) -> Iterator[_Field]:
    mention = _Mentions(event, words)
    if roster.waiting:
        waiting = len(roster.waiting)
        yield _field(f"{words['waiting']} {waiting}", waiting, _queue(mention, roster), inline=False)
    if roster.offered:
        lines = (f"{mention.names.get(seat.role, seat.role)}: {mention(seat)}" for seat in roster.offered)
        yield _field(f"{words['offered']} {len(roster.offered)}", len(roster.offered), lines, inline=False)
    if roster.benched:
        benched = len(roster.benched)
        yield _field(f"{words['bench']} {benched}", benched, map(mention, roster.benched))
    unanswered = tuple(user for user in event.invited if user not in event.choices) if event.status == "open" else ()
    for name, users in (("maybe", roster.maybe), ("not_coming", roster.no), ("unanswered", unanswered)):
        if users:
            yield _field(f"{words[name]} {len(users)}", len(users), (f"<@{user}>" for user in users))


def _queue(mention: _Mentions, roster: Roster) -> Iterator[str]:
    places: dict[str, int] = {}
    for seat in roster.waiting:
        place = places[seat.role] = places.get(seat.role, 0) + 1
        yield f"{mention.names.get(seat.role, seat.role)} {place}. {mention(seat)}"


def _field(name: str, total: int, lines: Iterable[str], *, inline: bool = True) -> _Field:
    """Return a field of `total` lines; of a thousand members' lines only those are made that could fit."""
    made: list[str] = []
    length = 0
    for line in lines:
        made.append(line)
        length += len(line) + 1
        if length > MAX_FIELD + 1:
            break
    return _Field(name, total, made, length, inline)


def _fitted(fields: list[_Field], budget: int, more: str) -> list[dict[str, Any]]:
    """Return the fields within `budget` characters: the short ones whole, the rest sharing what is left evenly.

    `more` says how many lines of a field did not fit.
    """
    budget -= sum(len(field.name) for field in fields)
    values = [""] * len(fields)
    for done, index in enumerate(sorted(range(len(fields)), key=lambda index: fields[index].length)):
        values[index] = _joined(fields[index], min(MAX_FIELD, budget // (len(fields) - done)), more)
        budget -= len(values[index])
    return [
        {"name": field.name, "value": value, "inline": field.inline}
        for field, value in zip(fields, values, strict=True)
    ]


def _joined(field: _Field, limit: int, more: str) -> str:
    """Return as many lines as fit `limit` characters, with the number of those that do not."""
    if not field.total:
        return _NOBODY
    if len(field.lines) == field.total and field.length <= limit + 1:
        return "\n".join(field.lines)
    kept, used = 0, len(more.format(count=field.total))
    while used + len(field.lines[kept]) + 1 <= limit:
        used += len(field.lines[kept]) + 1
        kept += 1
    return "\n".join([*field.lines[:kept], more.format(count=field.total - kept)])
