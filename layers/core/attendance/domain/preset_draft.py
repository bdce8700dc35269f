"""A preset as people write it: what a form, a dashboard or an exported file holds, read and checked in one place.

Creating, editing and importing all go through a draft, and what is exported is one: whatever was exported can be imported.
Channels and roles belong to one server, so an export leaves them out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from attendance.domain.ids import is_snowflake
from attendance.domain.preset import (
    MAX_NAME,
    MAX_PRESETS,
    Preset,
    checked_capacity,
    checked_duration,
    clean_text,
    preset_id,
)
from attendance.domain.reminding import checked_mentions, checked_place
from attendance.domain.seats import format_roles, parse_roles
from attendance.domain.settings import (
    NOTHING,
    format_check_in,
    parse_check_in,
    parse_deadline,
    parse_nudges,
    parse_opens,
    parse_reminders,
)
from attendance.domain.timetext import parse_minutes
from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_DESCRIPTION = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetDraft:
    """Texts as typed. None: as the guild's settings say, or, for `party_size`, without a bound."""

    name: str
    game: str
    roles: str
    duration: str = "2h"
    party_size: int | None = None
    check_in: str | None = None
    reminders: str | None = None
    nudges: str | None = None
    reminder_place: str | None = None
    mentions: str | None = None
    deadline: str | None = None
    opens: str | None = None
    description: str = ""
    channel_id: str | None = None
    voice_channel_id: str | None = None
    voice_check: bool = False
    tracked_role_id: str | None = None
    sign_up_role_id: str | None = None
    counted: bool = True


FIELDS = tuple(one.name for one in fields(PresetDraft))
PLACES = ("channel_id", "voice_channel_id", "tracked_role_id", "sign_up_role_id")
CLEARABLE = (
    "party_size", "check_in", "reminders", "nudges", "reminder_place", "mentions", "deadline", "opens", "description", *PLACES,
)  # fmt: skip
"""The fields that may be emptied."""
_NUMBERS = ("party_size",)
_FLAGS = ("counted", "voice_check")


def read_draft(given: Mapping[str, Any], base: PresetDraft | None = None) -> PresetDraft:
    """Return the draft that holds `given`, on top of `base` when there is one.

    Raises `Invalid` naming the field for one that is unknown, missing, or of another type; a duration may be a number.
    """
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in FIELDS:
            raise Invalid(
                f"A preset has no “{str(name)[:40]}”. It has: {', '.join(FIELDS)}.",
                field=str(name)[:40],
                code="unknown_field",
                known=list(FIELDS),
            )
        values[name] = _typed(name, value)
    for name in ("name", "game", "roles"):
        if base is None and name not in values:
            raise Invalid(f"A preset needs a {name}: it is missing.", field=name, code="missing_field")
    return replace(base, **values) if base else PresetDraft(**values)


def _typed(name: str, value: object) -> object:
    if value is None and name in CLEARABLE:
        return "" if name == "description" else None
    number = isinstance(value, int) and not isinstance(value, bool)
    if name == "duration" and number:
        return str(value)
    if name in _NUMBERS and not number:
        raise Invalid(
            f"The {name} is a whole number; understood: {str(value)[:30]}.",
            field=name,
            code="wrong_type",
            understood=str(value)[:30],
        )
    if name in _FLAGS and not isinstance(value, bool):
        raise Invalid(
            f"“{name}” is true or false; understood: {str(value)[:30]}.",
            field=name,
            code="wrong_type",
            understood=str(value)[:30],
        )
    if name not in (*_NUMBERS, *_FLAGS) and not isinstance(value, str):
        raise Invalid(
            f"The {name} is a text; understood: {str(value)[:30]}.",
            field=name,
            code="wrong_type",
            understood=str(value)[:30],
        )
    return value


def draft_of(preset: Preset) -> PresetDraft:
    """Return the draft from which `preset_of` makes the same preset."""
    return PresetDraft(
        name=preset.name,
        game=preset.game,
        roles=format_roles(preset.roles),
        duration=f"{preset.duration}m",
        party_size=preset.capacity,
        check_in=format_check_in(preset.check_in) if preset.check_in else None,
        reminders=_offsets(preset.reminders),
        nudges=_offsets(preset.nudges),
        reminder_place=preset.reminder_place,
        mentions=preset.mentions,
        deadline=f"{preset.deadline}m" if preset.deadline else None,
        opens=f"{preset.opens}m" if preset.opens else None,
        description=preset.description,
        channel_id=preset.channel_id,
        voice_channel_id=preset.voice_channel_id,
        voice_check=preset.voice_check,
        tracked_role_id=preset.tracked_role_id,
        sign_up_role_id=preset.sign_up_role_id,
        counted=preset.counted,
    )


def _offsets(minutes: tuple[int, ...] | None) -> str | None:
    return None if minutes is None else ", ".join(f"{one}m" for one in minutes) or NOTHING[0]


def preset_of(draft: PresetDraft, guild_id: str, *, created_by: str) -> Preset:
    """Return the new preset that a draft describes; raises `Invalid` naming the field."""
    name = clean_text(draft.name, field="name", limit=MAX_NAME)
    roles = parse_roles(draft.roles)
    return Preset(
        guild_id=guild_id,
        preset_id=preset_id(guild_id, name),
        name=name,
        game=clean_text(draft.game, field="game", limit=MAX_NAME),
        roles=roles,
        capacity=checked_capacity(draft.party_size, roles),
        duration=checked_duration(parse_minutes(draft.duration, field="duration")),
        check_in=parse_check_in(draft.check_in) if draft.check_in is not None else None,
        reminders=parse_reminders(draft.reminders) if draft.reminders is not None else None,
        nudges=parse_nudges(draft.nudges) if draft.nudges is not None else None,
        reminder_place=checked_place(draft.reminder_place) if draft.reminder_place is not None else None,
        mentions=checked_mentions(draft.mentions) if draft.mentions is not None else None,
        deadline=parse_deadline(draft.deadline) if draft.deadline is not None else None,
        opens=parse_opens(draft.opens) if draft.opens is not None else None,
        description=clean_text(draft.description, field="description", limit=MAX_DESCRIPTION, required=False),
        created_by=created_by,
        channel_id=_id("channel_id", draft.channel_id),
        voice_channel_id=_id("voice_channel_id", draft.voice_channel_id),
        voice_check=draft.voice_check,
        tracked_role_id=_id("tracked_role_id", draft.tracked_role_id),
        sign_up_role_id=_id("sign_up_role_id", draft.sign_up_role_id),
        counted=draft.counted,
    )


def exported(preset: Preset) -> dict[str, Any]:
    """Return what a file says of a preset: what it has, by the names that an import reads."""
    draft = draft_of(preset)
    named = {name: getattr(draft, name) for name in FIELDS if name not in PLACES}
    return {name: value for name, value in named.items() if value not in (None, "")}


def _id(field: str, value: str | None) -> str | None:
    if value is not None and not is_snowflake(value):
        raise Invalid(f"“{value[:30]}” is not a Discord id.", field=field, code="not_a_discord_id", typed=value[:30])
    return value


def rows_of(export: object) -> list[object]:
    """Return the presets in a file: a list of them, `{"presets": [...]}`, or one alone; raises `Invalid` (field `presets`)."""
    if isinstance(export, dict):
        export = export.get("presets", [export])
    if not isinstance(export, list) or not export:
        raise Invalid('An export holds presets: one object, or {"presets": [...]}.', field="presets", code="no_presets")
    if len(export) > MAX_PRESETS:
        raise Invalid(
            f"{len(export)} presets are too many: a server has room for {MAX_PRESETS}.",
            field="presets",
            code="too_many_rows",
            count=len(export),
            most=MAX_PRESETS,
        )
    return export
