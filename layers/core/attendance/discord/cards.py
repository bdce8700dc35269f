"""An event's card: the message in a channel that shows the roster and takes sign-ups.

A pure function of the event and `now`, so that a click (answered with the card it changed) and a later redraw agree to
the byte. Discord's limits are held here for every roster of up to 1,000 members: an embed has at most 6,000 characters
in all, 25 fields, 1,024 a field (https://discord.com/developers/docs/resources/message#embed-object-embed-limits), and
a message five rows of five buttons. What does not fit is counted ("and 12 more"), never cut in the middle.

Members are mentioned by id: inside an embed a mention shows the member's present name and pings nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.discord.custom_id import CustomId
from attendance.discord.texts import escaped, escaped_links, relative_time, time_mark
from attendance.domain.seats import GOING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.domain.roster import Roster, Seat
    from attendance.domain.seats import Role

MAX_EMBED = 6000
MAX_FIELD = 1024
_BLURPLE, _GREY, _RED = 0x5865F2, 0x80848E, 0xDA373C
_PRIMARY, _SECONDARY, _SUCCESS = 1, 2, 3  # button styles
_NOBODY = "\u2014"

type _Field = tuple[str, list[str], bool]
"""A field's name, its lines, and whether it stands beside others."""


def event_card(event: Event, now: datetime, *, totals: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Return the message body that shows `event` at `now`: embed, buttons, and no mention that pings.

    Buttons are those that would be accepted now: answers until sign-up ends, Check in while its window is open, none on a
    closed or cancelled event. `totals` (status -> members), where given, are shown on a closed one.
    """
    roster = event.roster()
    color, label = {"closed": (_GREY, "Closed"), "cancelled": (_RED, "Cancelled")}.get(event.status, (_BLURPLE, ""))
    title = f"{label}: {escaped(event.title)}" if label else escaped(event.title)
    description = _description(event, roster)
    fields = [*_role_fields(event, roster), *_other_fields(event, roster)]
    if totals:
        shown = " \u00b7 ".join(f"{count} {status.replace('_', ' ')}" for status, count in totals.items())
        fields.append(("Attendance", [shown], False))
    embed = {
        "title": title,
        "description": description,
        "color": color,
        "fields": _fitted(fields, MAX_EMBED - len(title) - len(description)),
    }
    return {"embeds": [embed], "components": _rows(event, roster, now), "allowed_mentions": {"parse": []}}


def _description(event: Event, roster: Roster) -> str:
    lines = [
        f"{time_mark(event.starts_at, 'F')} ({relative_time(event.starts_at)}), until {time_mark(event.ends_at, 't')}"
    ]
    about = [f"**{escaped(event.game)}**"] if event.game else []
    about += [f"<#{event.voice_channel_id}>"] if event.voice_channel_id else []
    about += [f"tracks <@&{event.tracked_role_id}>"] if event.tracked_role_id else []
    if about:
        lines.append(" \u00b7 ".join(about))
    party = f"{len(roster.seated)}/{event.capacity}" if event.capacity else str(len(roster.seated))
    lines.append(
        f"**{party}** going \u00b7 **{len(roster.waiting)}** waiting \u00b7 **{len(roster.maybe)}** maybe \u00b7 "
        f"**{len(roster.no)}** not coming"
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


def _role_fields(event: Event, roster: Roster) -> Iterator[_Field]:
    seated: dict[str, list[str]] = {role.key: [] for role in event.roles}
    for seat in roster.seated:
        seated.setdefault(seat.role, []).append(_mention(seat))
    for role in event.roles:
        members = seated[role.key]
        yield _role_title(role, len(members)), members, True


def _role_title(role: Role, count: int) -> str:
    if role == GOING:
        return f"{role.name} {count}"
    missing = max(0, role.minimum - count)
    return f"{escaped(role.name)} {count}/{role.maximum}" + (f" (needs {missing} more)" if missing else "")


def _other_fields(event: Event, roster: Roster) -> Iterator[_Field]:
    if roster.waiting:
        names = {role.key: escaped(role.name) for role in event.roles}
        queue: dict[str, int] = {}
        lines = []
        for seat in roster.waiting:
            place = queue[seat.role] = queue.get(seat.role, 0) + 1
            lines.append(f"{names.get(seat.role, seat.role)} {place}. {_mention(seat)}")
        yield f"Waiting {len(lines)}", lines, False
    if roster.benched:
        yield f"Bench {len(roster.benched)}", [_mention(seat) for seat in roster.benched], True
    if roster.maybe:
        yield f"Maybe {len(roster.maybe)}", [f"<@{user}>" for user in roster.maybe], True
    if roster.no:
        yield f"Not coming {len(roster.no)}", [f"<@{user}>" for user in roster.no], True


def _mention(seat: Seat) -> str:
    return f"<@{seat.user_id}> ({seat.late_minutes} min late)" if seat.late_minutes else f"<@{seat.user_id}>"


def _fitted(fields: list[_Field], budget: int) -> list[dict[str, Any]]:
    """Return the fields within `budget` characters: the short ones whole, the rest sharing what is left evenly."""
    budget -= sum(len(name) for name, _, _ in fields)
    needs = [sum(map(len, lines)) + len(lines) for _, lines, _ in fields]
    values = [""] * len(fields)
    for done, index in enumerate(sorted(range(len(fields)), key=needs.__getitem__)):
        values[index] = _joined(fields[index][1], min(MAX_FIELD, budget // (len(fields) - done)))
        budget -= len(values[index])
    return [
        {"name": name, "value": value, "inline": inline}
        for (name, _, inline), value in zip(fields, values, strict=True)
    ]


def _joined(lines: list[str], limit: int) -> str:
    """Return as many lines as fit `limit` characters, with the number of those that do not."""
    whole = "\n".join(lines) if len(lines) <= MAX_FIELD else ""
    if whole and len(whole) <= limit:
        return whole
    if not lines:
        return _NOBODY
    kept, used = 0, len(f"and {len(lines)} more")
    while used + len(lines[kept]) + 1 <= limit:
        used += len(lines[kept]) + 1
        kept += 1
    return "\n".join([*lines[:kept], f"and {len(lines) - kept} more"])


def _rows(event: Event, roster: Roster, now: datetime) -> list[dict[str, Any]]:
    answering = event.status == "open" and now < event.sign_up_ends_at
    roles = [_role_button(event, role, roster) for role in event.roles] if answering else []
    answers = []
    if answering:
        answers = [
            _button("Late", _SECONDARY, CustomId("late", event.event_id)),
            _button("Maybe", _SECONDARY, CustomId("maybe", event.event_id)),
            _button("No", _SECONDARY, CustomId("no", event.event_id)),
        ]
    if event.status == "open" and event.window(now) == "open":
        answers.append(_button("Check in", _PRIMARY, CustomId("check_in", event.event_id)))
    rows = [roles + answers] if len(roles) == 1 else [*(roles[at : at + 5] for at in range(0, len(roles), 5)), answers]
    return [{"type": 1, "components": row} for row in rows if row]


def _role_button(event: Event, role: Role, roster: Roster) -> dict[str, Any]:
    taken = sum(seat.role == role.key for seat in roster.seated)
    full = taken >= role.maximum or (event.capacity is not None and len(roster.seated) >= event.capacity)
    label = f"{role.name} (queue)" if full else role.name
    return _button(label, _SECONDARY if full else _SUCCESS, CustomId("yes", event.event_id, role.key))


def _button(label: str, style: int, custom_id: CustomId) -> dict[str, Any]:
    return {"type": 2, "style": style, "label": label, "custom_id": custom_id.encode()}
