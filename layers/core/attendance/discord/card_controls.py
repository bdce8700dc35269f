"""What members press on a card: those controls that would be accepted now, within Discord's five rows.

    one role              [ Going ] [ Late ] [ Maybe ] [ No ] [ More ]
    up to ten roles       a button each, five a row; below them [ Late ] [ Maybe ] [ No ] [ More ] [ Check in ]
    more roles            a select of them in place of the buttons: a wall of buttons is hard to read on a phone

A message has five rows of five buttons or one select (https://discord.com/developers/docs/components/reference).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.discord.custom_id import CustomId
from attendance.discord.public import role_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from attendance.discord.public import Words
    from attendance.domain.event import Event
    from attendance.domain.roster import Seat
    from attendance.domain.seats import Role

MOST_BUTTONS = 10
_ROW, _A_ROW, _SELECT, _BUTTON = 1, 5, 3, 2
_PRIMARY, _SECONDARY, _SUCCESS = 1, 2, 3  # button styles

type _Row = list[dict[str, Any]]


def card_rows(event: Event, seated: Mapping[str, Sequence[Seat]], now: datetime, words: Words) -> list[dict[str, Any]]:
    """Return the rows: answers while sign-up is open, Check in while its window is, none on a closed or cancelled event."""
    if event.status != "open":
        return []
    opened = event.sign_up_opens_at is None or now >= event.sign_up_opens_at
    answering = opened and now < event.sign_up_ends_at
    roles, answers = (_roles(event, seated, words), _answers(event, words)) if answering else ([], [])
    check_in = []
    if event.window(now) == "open":
        check_in = [_button(words["button.check_in"], _PRIMARY, CustomId("check_in", event.event_id))]
    rows = [*roles, answers + check_in]
    if len(event.roles) == 1 and answering:
        rows = [roles[0] + answers, check_in]
    return [{"type": _ROW, "components": row} for row in rows if row]


def _answers(event: Event, words: Words) -> _Row:
    actions = ("late", "maybe", "no", "more")
    return [_button(words[f"button.{action}"], _SECONDARY, CustomId(action, event.event_id)) for action in actions]


def _roles(event: Event, seated: Mapping[str, Sequence[Seat]], words: Words) -> list[_Row]:
    party = sum(map(len, seated.values()))
    over = event.capacity is not None and party >= event.capacity
    full = {role.key: over or len(seated[role.key]) >= role.maximum for role in event.roles}
    if len(event.roles) > MOST_BUTTONS:
        options = [_option(role, len(seated[role.key]), words, full=full[role.key]) for role in event.roles]
        select = {
            "type": _SELECT,
            "custom_id": CustomId("yes", event.event_id).encode(),
            "placeholder": words["select.role"],
            "options": options,
        }
        return [[select]]
    buttons = [_role_button(event, role, words, full=full[role.key]) for role in event.roles]
    return [buttons[at : at + _A_ROW] for at in range(0, len(buttons), _A_ROW)]


def _option(role: Role, taken: int, words: Words, *, full: bool) -> dict[str, Any]:
    state = f"{taken}/{role.maximum}"
    shown = words["button.queue"].format(role=state) if full else state
    return {"label": role.name, "value": role.key, "description": shown}


def _role_button(event: Event, role: Role, words: Words, *, full: bool) -> dict[str, Any]:
    name = role_name(role, words)
    label = words["button.queue"].format(role=name) if full else name
    return _button(label, _SECONDARY if full else _SUCCESS, CustomId("yes", event.event_id, role.key))


def _button(label: str, style: int, custom_id: CustomId) -> dict[str, Any]:
    return {"type": _BUTTON, "style": style, "label": label, "custom_id": custom_id.encode()}
