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
from attendance.discord.texts import escaped, escaped_links, relative_time, time_mark
from attendance.domain.seats import GOING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.domain.roster import Roster, Seat
    from attendance.domain.seats import Role

MAX_EMBED = 6000
MAX_FIELD = 1024
_BLURPLE, _GREY, _RED = 0x5865F2, 0x80848E, 0xDA373C
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
    roster = event.roster()
    seated: dict[str, list[Seat]] = {role.key: [] for role in event.roles}
    for seat in roster.seated:
        seated[seat.role].append(seat)
    color, label = {"closed": (_GREY, "Closed"), "cancelled": (_RED, "Cancelled")}.get(event.status, (_BLURPLE, ""))
    title = f"{label}: {escaped(event.title)}" if label else escaped(event.title)
    description = _description(event, roster, now)
    fields = [*_role_fields(event, seated), *_other_fields(event, roster)]
    if totals:
        shown = " \u00b7 ".join(f"{count} {status.replace('_', ' ')}" for status, count in totals.items())
        fields.append(_field("Attendance", 1, [shown], inline=False))
    embed = {
        "title": title,
        "description": description,
        "color": color,
        "fields": _fitted(fields, MAX_EMBED - len(title) - len(description)),
    }
    return {"embeds": [embed], "components": card_rows(event, seated, now), "allowed_mentions": {"parse": []}}


def _description(event: Event, roster: Roster, now: datetime) -> str:
    lines = [
        f"{time_mark(event.starts_at, 'F')} ({relative_time(event.starts_at)}), until {time_mark(event.ends_at, 't')}"
    ]
    about = [f"**{escaped(event.game)}**"] if event.game else []
    about += [f"<#{event.voice_channel_id}>"] if event.voice_channel_id else []
    about += [f"tracks <@&{event.tracked_role_id}>"] if event.tracked_role_id else []
    about += [] if event.counted else ["not counted in the rate"]
    if about:
        lines.append(" \u00b7 ".join(about))
    party = f"{len(roster.seated)}/{event.capacity}" if event.capacity else str(len(roster.seated))
    lines.append(
        f"**{party}** going \u00b7 **{len(roster.waiting)}** waiting \u00b7 **{len(roster.maybe)}** maybe \u00b7 "
        f"**{len(roster.no)}** not coming"
    )
    if event.status == "open" and event.sign_up_role_id is not None:
        lines.append(f"Sign-up for <@&{event.sign_up_role_id}> only")
    if event.status == "open" and event.sign_up_opens_at is not None and now < event.sign_up_opens_at:
        lines.append(
            f"Sign-up opens {time_mark(event.sign_up_opens_at, 'f')} ({relative_time(event.sign_up_opens_at)})"
        )
    if event.status == "open" and event.sign_up_closes_at is not None:
        lines.append(
            f"Sign-up closes {time_mark(event.sign_up_closes_at, 'f')} ({relative_time(event.sign_up_closes_at)})"
        )
    if event.status == "open":
        opens, closes = event.check_in.opens_at(event.starts_at), event.check_in.closes_at(event.starts_at)
        how = " with a code" if event.code else ""
        lines.append(f"Check-in{how} {time_mark(opens, 't')} to {time_mark(closes, 't')}")
    if event.description:
        lines += ["", escaped_links(event.description)]
    return "\n".join(lines)


def _role_fields(event: Event, seated: Mapping[str, list[Seat]]) -> Iterator[_Field]:
    names = _names(event)
    for role in event.roles:
        members = seated[role.key]
        lines = (_mention(seat, names) for seat in members)
        yield _field(_role_title(role, len(members)), len(members), lines)


def _role_title(role: Role, count: int) -> str:
    if role == GOING:
        return f"{role.name} {count}"
    missing = max(0, role.minimum - count)
    return f"{escaped(role.name)} {count}/{role.maximum}" + (f" (needs {missing} more)" if missing else "")


def _other_fields(event: Event, roster: Roster) -> Iterator[_Field]:
    names = _names(event)
    if roster.waiting:
        yield _field(f"Waiting {len(roster.waiting)}", len(roster.waiting), _queue(names, roster), inline=False)
    if roster.benched:
        lines = (_mention(seat, names) for seat in roster.benched)
        yield _field(f"Bench {len(roster.benched)}", len(roster.benched), lines)
    unanswered = tuple(user for user in event.invited if user not in event.choices) if event.status == "open" else ()
    for name, users in (("Maybe", roster.maybe), ("Not coming", roster.no), ("Not answered yet", unanswered)):
        if users:
            yield _field(f"{name} {len(users)}", len(users), (f"<@{user}>" for user in users))


def _names(event: Event) -> dict[str, str]:
    return {role.key: escaped(role.name) for role in event.roles}


def _queue(names: Mapping[str, str], roster: Roster) -> Iterator[str]:
    places: dict[str, int] = {}
    for seat in roster.waiting:
        place = places[seat.role] = places.get(seat.role, 0) + 1
        yield f"{names.get(seat.role, seat.role)} {place}. {_mention(seat, names)}"


def _mention(seat: Seat, names: Mapping[str, str]) -> str:
    if not (seat.late_minutes or seat.others or seat.noted):
        return f"<@{seat.user_id}>"
    told = [f"{seat.late_minutes} min late"] if seat.late_minutes else []
    told += [f"or {', '.join(names.get(key, key) for key in seat.others)}"] if seat.others else []
    words = f"<@{seat.user_id}>" + (f" ({', '.join(told)})" if told else "")
    return f"{words} {_NOTE}" if seat.noted else words


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


def _fitted(fields: list[_Field], budget: int) -> list[dict[str, Any]]:
    """Return the fields within `budget` characters: the short ones whole, the rest sharing what is left evenly."""
    budget -= sum(len(field.name) for field in fields)
    values = [""] * len(fields)
    for done, index in enumerate(sorted(range(len(fields)), key=lambda index: fields[index].length)):
        values[index] = _joined(fields[index], min(MAX_FIELD, budget // (len(fields) - done)))
        budget -= len(values[index])
    return [
        {"name": field.name, "value": value, "inline": field.inline}
        for field, value in zip(fields, values, strict=True)
    ]


def _joined(field: _Field, limit: int) -> str:
    """Return as many lines as fit `limit` characters, with the number of those that do not."""
    if not field.total:
        return _NOBODY
    if len(field.lines) == field.total and field.length <= limit + 1:
        return "\n".join(field.lines)
    kept, used = 0, len(f"and {field.total} more")
    while used + len(field.lines[kept]) + 1 <= limit:
        used += len(field.lines[kept]) + 1
        kept += 1
    return "\n".join([*field.lines[:kept], f"and {field.total - kept} more"])
