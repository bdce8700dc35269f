"""Presets as a person reads them in Discord, and as JSON to copy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

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


def preset_text(preset: Preset) -> str:
    """Return all of a preset, one line a field; what it leaves to the server's settings is said so."""
    settings = "as the settings say"
    rule, reminders = preset.check_in, preset.reminders
    lines = [
        f"Game: {escaped(preset.game)}",
        f"Roles: {escaped(format_roles(preset.roles))}",
        f"Party size: {preset.capacity or 'the sum of the roles'}",
        f"Duration: {preset.duration} min",
        "Check-in: "
        + (
            f"{rule.opens_before} min before to {rule.closes_after} min after, late after {rule.grace} min"
            if rule
            else settings
        ),
        f"Reminders: {settings if reminders is None else ', '.join(f'{one} min' for one in reminders) or 'none'}",
        f"Sign-up closes: {f'{preset.deadline} min before the start' if preset.deadline else settings}",
        f"Sign-up opens: {f'{preset.opens} min before the start' if preset.opens else 'at once'}",
        f"Sign-up needs: {f'<@&{preset.sign_up_role_id}>' if preset.sign_up_role_id else 'no role'}",
        f"Channel: {f'<#{preset.channel_id}>' if preset.channel_id else settings}",
        f"Voice channel: {f'<#{preset.voice_channel_id}>' if preset.voice_channel_id else 'none'}",
        f"Presence in voice: {'is evidence' if preset.voice_check else 'does not count'}",
        f"Tracked role: {f'<@&{preset.tracked_role_id}>' if preset.tracked_role_id else settings}",
        f"Counts for the rate: {'yes' if preset.counted else 'no'}",
        f"Version: {preset.version}",
    ]
    return "\n".join([*lines, *([escaped(preset.description)] if preset.description else [])])


def json_block(presets: Sequence[dict[str, Any]]) -> str:
    """Return presets as JSON in a block to copy; raises `Conflict` when that is more than can be pasted again."""
    text = json.dumps({"presets": presets}, ensure_ascii=False, indent=1).replace("`", "\\u0060")
    if len(text) > MAX_PASTE - 20:
        raise Conflict(
            "This preset is too long to be copied out of a message. Export it over the REST API, which has no such limit.",
            code="too_long_to_paste",
        )
    return f"```json\n{text}\n```"


def import_text(rows: Iterable[ImportedRow]) -> str:
    """Return what became of each row of an import, as many lines as fit."""
    lines = [f"{row.row}. **{escaped(row.name) or '?'}**: {row.outcome}. {row.message}".rstrip() for row in rows]
    shown: list[str] = []
    for number, line in enumerate(lines):
        if sum(len(one) + 1 for one in shown) + len(line) > _SHOWN:
            return "\n".join([*shown, f"and {len(lines) - number} more"])
        shown.append(line)
    return "\n".join(shown)
