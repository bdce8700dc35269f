"""What officers read of the audit log: one paragraph an entry, within Discord's limits.

An entry names what changed as the API does, so that what is read here is found there. Moments are shown in the reader's own
time, members as mentions, and long values cut: the API has all of them.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attendance.discord.locales import say
from attendance.discord.reply import cut
from attendance.discord.texts import escaped, time_mark
from attendance.domain.ids import is_snowflake

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attendance.domain.audit import AuditEntry

PAGE = 10
MAX_FIELDS = 4
MAX_VALUE = 50
MAX_ENTRY = 390
"""Characters of an entry, so that a page of ten fits an embed's 4,096."""
_BOOKKEEPING = frozenset({"places", "pins", "removed_at"})
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_SECONDARY = 2


def audit_message(
    found: Sequence[AuditEntry], names: Mapping[str, str], locale: str, *, older: str | None, newest: str | None
) -> dict[str, Any]:
    """Return a page of entries; `older` and `newest` are the custom ids of its buttons, where there is something to turn to.

    `names` has what the things are called, by the entries' ids.
    """
    nothing = say(locale, "audit.none_here" if older else "audit.none")
    lines = [cut(_entry(one, names.get(one.entry_id, ""), locale), MAX_ENTRY) for one in found] or [nothing]
    embed = {"title": say(locale, "audit.title"), "description": "\n".join(lines)}
    turns = ((newest, "audit.newest"), (older, "audit.older"))
    buttons = [
        {"type": 2, "style": _SECONDARY, "label": say(locale, key), "custom_id": custom_id}
        for custom_id, key in turns
        if custom_id
    ]
    return {"embeds": [embed], "components": [{"type": 1, "components": buttons}] if buttons else []}


def _entry(one: AuditEntry, name: str, locale: str) -> str:
    who = f"<@{one.actor_id}>" if is_snowflake(one.actor_id) else escaped(one.actor_name)
    about = one.subject.partition("/")[2]
    head = say(
        locale,
        "audit.line",
        at=time_mark(one.at, "f"),
        who=who,
        where=f" ({say(locale, 'audit.web')})" if one.surface == "web" else "",
        kind=say(locale, f"audit.{one.entity}"),
        name=f" **{escaped(cut(name, MAX_VALUE))}**" if name else "",
        about=f" <@{about}>" if is_snowflake(about) else "",
        what=say(locale, f"audit.{_what(one)}"),
    )
    return "\n> ".join([head, *_changes(one)])


def _what(one: AuditEntry) -> str:
    if "removed_at" in one.after:
        return "removed"
    return "made" if one.made else "changed"


def _changes(one: AuditEntry) -> list[str]:
    """Return the fields that changed with their values; of a thing that was made or removed none, for it has all."""
    if _what(one) != "changed":
        return []
    fields = sorted((one.before.keys() | one.after.keys()) - _BOOKKEEPING)
    shown = [f"{name}: {_value(one.before.get(name))} \u2192 {_value(one.after.get(name))}" for name in fields]
    more = [f"+{len(shown) - MAX_FIELDS}"] if len(shown) > MAX_FIELDS else []
    return [line.replace("_", "\\_", line.index(":")) for line in shown[:MAX_FIELDS]] + more


def _value(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "\u2013"
    if isinstance(value, dict):
        parts = [f"{_word(key)} {_word(inner)}" for key, inner in list(value.items())[:MAX_FIELDS]]
        return ", ".join(parts) + (" \u2026" if len(value) > MAX_FIELDS else "")
    if isinstance(value, list):
        parts = [_word(inner) for inner in value[:MAX_FIELDS]]
        return ", ".join(parts) + (" \u2026" if len(value) > MAX_FIELDS else "")
    return _word(value)


def _word(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if _STAMP.fullmatch(text):
        return time_mark(datetime.fromisoformat(text), "f")
    if len(text) >= 17 and is_snowflake(text):
        return f"<@{text}>"
    return escaped(cut(" ".join(text.split()), MAX_VALUE))
