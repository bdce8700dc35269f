"""Presets as a person reads them in Discord, and as JSON to copy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from attendance.discord.locales import say
from attendance.discord.texts import escaped
from attendance.domain.seats import format_roles
from attendance.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attendance.domain.preset import Preset
    from attendance.services.presets import ImportedRow

MAX_PASTE = 4000
"""What a form's text takes (https://discord.com/developers/docs/components/reference#text-input), and an embed shows."""
_SHOWN = 3500


def preset_line(preset: Preset) -> str:
    """Return a preset in one line."""
    return f"**{escaped(preset.name)}** ({escaped(preset.game)}): {escaped(format_roles(preset.roles))[:150]}"


def preset_text(preset: Preset, locale: str) -> str:
    """Return all of a preset, one line a field; what it leaves to the server's settings is said so."""
    settings, nothing = say(locale, "preset.as_settings"), say(locale, "preset.nothing")
    rule = preset.check_in
    window = (
        say(locale, "preset.window", before=rule.opens_before, after=rule.closes_after, grace=rule.grace)
        if rule
        else ""
    )
    fields: dict[str, object] = {
        "game": escaped(preset.game),
        "roles": escaped(format_roles(preset.roles)),
        "size": preset.capacity or say(locale, "preset.sum"),
        "duration": preset.duration,
        "check_in": window or settings,
        "reminders": _plan(preset.reminders, locale),
        "nudges": _plan(preset.nudges, locale),
        "place": say(locale, f"settings.place.{preset.reminder_place}") if preset.reminder_place else settings,
        "mentions": say(locale, f"settings.mentions.{preset.mentions}") if preset.mentions else settings,
        "closes": _before(preset.deadline, locale) or settings,
        "opens": _before(preset.opens, locale) or say(locale, "preset.at_once"),
        "needs": f"<@&{preset.sign_up_role_id}>" if preset.sign_up_role_id else say(locale, "preset.no_role"),
        "channel": f"<#{preset.channel_id}>" if preset.channel_id else settings,
        "voice_channel": f"<#{preset.voice_channel_id}>" if preset.voice_channel_id else nothing,
        "voice": say(locale, "preset.evidence" if preset.voice_check else "preset.no_evidence"),
        "tracked": f"<@&{preset.tracked_role_id}>" if preset.tracked_role_id else settings,
        "counted": say(locale, "answer.yes" if preset.counted else "answer.no"),
        "version": preset.version,
    }
    lines = [say(locale, f"preset.{name}", it=it) for name, it in fields.items()]
    return "\n".join([*lines, *([escaped(preset.description)] if preset.description else [])])


def _plan(offsets: tuple[int, ...] | None, locale: str) -> str:
    if offsets is None:
        return say(locale, "preset.as_settings")
    return ", ".join(f"{one} min" for one in offsets) or say(locale, "preset.nothing")


def _before(minutes: int | None, locale: str) -> str:
    return say(locale, "preset.before", minutes=minutes) if minutes else ""


def json_block(presets: Sequence[dict[str, Any]]) -> str:
    """Return presets as JSON in a block to copy; raises `Conflict` when that is more than can be pasted again."""
    text = json.dumps({"presets": presets}, ensure_ascii=False, indent=1).replace("`", "\\u0060")
    if len(text) > MAX_PASTE - 20:
        raise Conflict(
            "This preset is too long to be copied out of a message. Export it over the REST API, which has no such limit.",
            code="too_long_to_paste",
        )
    return f"```json\n{text}\n```"


def import_text(rows: Iterable[ImportedRow], locale: str) -> str:
    """Return what became of each row of an import, as many lines as fit."""
    lines = [f"{row.row}. **{escaped(row.name) or '?'}**: {row.outcome}. {row.message}".rstrip() for row in rows]
    shown: list[str] = []
    for number, line in enumerate(lines):
        if sum(len(one) + 1 for one in shown) + len(line) > _SHOWN:
            return "\n".join([*shown, say(locale, "more_of_it", count=len(lines) - number)])
        shown.append(line)
    return "\n".join(shown)
