"""What an officer reads before a call goes out: who would be told, by which way, and who is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.discord.custom_id import CustomId
from attendance.discord.locales import say
from attendance.discord.texts import escaped
from attendance.discord.texts_errors import error_text
from attendance.domain.call import MOST, WAYS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attendance.domain.call import Call, Preview
    from attendance.errors import AttendanceError

NAMED = 8
_MAX_NAME = 32
_BUTTON, _PRIMARY = 2, 1


def preview(found: Preview, call: Call) -> dict[str, Any]:
    """Return the answer to whoever asked, with the button that sends the call where it would reach somebody."""
    locale = call.locale
    lines = [say(locale, f"call.for.{call.audience}"), say(locale, "call.told", count=found.told)]
    lines += [_way(way, users, found, locale) for way in WAYS if (users := found.ways.get(way))]
    lines += [] if found.listed else [say(locale, "call.unlisted")]
    lines += [f"> {escaped(call.text)}"] if call.text else []
    may_go = 0 < found.told <= MOST
    lines.append(say(locale, "call.nobody_yet" if may_go else "call.not_so", most=MOST))
    title = say(locale, "call.preview", title=escaped(found.event.title))
    body = _shown(title, "\n".join(lines))
    if may_go:
        button = {
            "type": _BUTTON,
            "style": _PRIMARY,
            "label": say(locale, "call.send", count=found.told),
            "custom_id": CustomId("call", call.event_id, call.call_id).encode(),
        }
        body["components"] = [{"type": 1, "components": [button]}]
    return body


def refusal(error: AttendanceError, locale: str) -> dict[str, Any]:
    """Return the answer where there is nothing to be sent any more."""
    return {"content": error_text(error, locale), "components": [], "allowed_mentions": {"parse": []}}


def _way(way: str, users: Sequence[str], found: Preview, locale: str) -> str:
    key = f"call.way.{way}"
    if way == "channel":
        key = f"call.way.channel.{found.mentions}"
    return say(locale, key, count=len(users), names=_names(users, found.names))


def _names(users: Sequence[str], names: Mapping[str, str]) -> str:
    shown = [escaped(names[user][:_MAX_NAME]) if names.get(user) else f"<@{user}>" for user in users[:NAMED]]
    return ", ".join([*shown, *([f"+{len(users) - NAMED}"] if len(users) > NAMED else [])])


def _shown(title: str, text: str) -> dict[str, Any]:
    return {
        "content": "",
        "embeds": [{"title": title, "description": text}],
        "components": [],
        "allowed_mentions": {"parse": []},
    }
