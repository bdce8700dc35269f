"""What members and officers read about requests for a correction, in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.discord.custom_id import CustomId
from attendance.discord.locales import say
from attendance.discord.texts import escaped, time_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attendance.domain.correction import Correction
    from attendance.services.corrections import Asked

PAGE = 4
"""Requests a message shows: each has a row of buttons, and one row is for turning the page."""
_SUCCESS, _SECONDARY, _DANGER = 3, 2, 4


def asked_text(done: Asked, locale: str) -> str:
    """Return what a member reads after asking."""
    return say(locale, "request.made" if done.made else "request.open", title=escaped(done.correction.title))


def decided_text(done: Correction, locale: str) -> str:
    """Return what an officer reads after deciding."""
    values = {"member": f"<@{done.user_id}>", "title": escaped(done.title)}
    if done.status == "declined":
        return say(locale, "request.declined", **values)
    return say(locale, "request.accepted", **values, status=say(locale, f"status.{done.decision}"))


def queue_message(found: Sequence[Correction], cursor: str | None, locale: str, *, before: str = "") -> dict[str, Any]:
    """Return the officers' queue: a page of open requests with buttons to decide; `before` is what was just decided."""
    lines = [_line(number, one, locale) for number, one in enumerate(found, 1)] or [say(locale, "request.none")]
    embed = {"title": say(locale, "request.queue"), "description": "\n\n".join(lines)}
    rows = [_row(number, one, locale) for number, one in enumerate(found, 1)]
    if cursor:
        more = _button(say(locale, "request.more"), _SECONDARY, CustomId("requests", "page", cursor))
        rows.append({"type": 1, "components": [more]})
    return {"content": before, "embeds": [embed], "components": rows}


def _line(number: int, one: Correction, locale: str) -> str:
    wish = say(locale, f"wish.{one.wish}")
    head = f"**{number}.** <@{one.user_id}>, {escaped(one.title)} ({time_mark(one.starts_at, 'd')}): **{wish}**"
    return f"{head}\n> {escaped(one.words)}"


def _row(number: int, one: Correction, locale: str) -> dict[str, Any]:
    def decide(key: str, style: int, decision: str) -> dict[str, Any]:
        return _button(f"{number}. {say(locale, key)}", style, CustomId("decide", one.correction_id, decision))

    buttons = [decide("request.accept", _SUCCESS, one.wish)]
    buttons += [decide("request.accept_late", _SECONDARY, "late")] if one.wish == "present" else []
    return {"type": 1, "components": [*buttons, decide("request.decline", _DANGER, "decline")]}


def _button(label: str, style: int, custom_id: CustomId) -> dict[str, Any]:
    return {"type": 2, "style": style, "label": label, "custom_id": custom_id.encode()}
