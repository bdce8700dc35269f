"""Presets: what events of one kind have in common.

An event copies its preset when it is made, so editing one never changes an event. A preset's id is derived from its name:
that makes names unique without a second item, and renaming moves the preset to another id.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.ids import derive
from attendance.domain.seats import MAX_SEATS, Role
from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.checkin import CheckInRule
    from attendance.domain.reminding import Mentions, Place

MAX_PRESETS = 100
MAX_NAME = 64
MAX_DURATION = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A named template of a guild. `duration` is in minutes.

    `reminders`, `nudges`, `deadline` and `opens` are minutes before the start; `opens` None: sign-up is open at once.
    None for `check_in`, `reminders`, `nudges`, `deadline`, a channel or the tracked role means: as the guild's settings say when
    the event is made; for `reminder_place` and `mentions`, as they say when something is told. Events of one that is not `counted` are in nobody's rate. `edits` (field -> the version that last
    changed it) tells who edits an older version what changed.
    """

    guild_id: str
    preset_id: str
    name: str
    game: str
    roles: tuple[Role, ...]
    capacity: int | None
    duration: int
    check_in: CheckInRule | None = None
    reminders: tuple[int, ...] | None = None
    nudges: tuple[int, ...] | None = None
    reminder_place: Place | None = None
    mentions: Mentions | None = None
    deadline: int | None = None
    opens: int | None = None
    description: str = ""
    channel_id: str | None = None
    voice_channel_id: str | None = None
    voice_check: bool = False
    tracked_role_id: str | None = None
    sign_up_role_id: str | None = None
    counted: bool = True
    version: int = 1
    edits: Mapping[str, int] = field(default_factory=dict)
    created_by: str = ""


# Unicode TR 9, 2.1 to 2.4: marks that turn the direction of what follows, our own words included.
_TURNS_TEXT = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _is_dropped(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs", "Cn", "Co") or unicodedata.bidirectional(letter) in _TURNS_TEXT


def clean_text(text: str, *, field: str, limit: int, required: bool = True) -> str:
    """Return one line of user text: NFC, white space folded, control, unpaired and direction-turning characters dropped.

    Raises `Invalid` naming `field` when nothing visible is left of a required text, or it is longer than `limit`.
    """
    kept = (" " if letter.isspace() else letter for letter in unicodedata.normalize("NFC", text))
    folded = " ".join("".join(c for c in kept if not _is_dropped(c)).split())
    if not any(unicodedata.category(c)[0] in "LNPS" for c in folded):
        if required:
            raise Invalid(f"The {field} needs at least one visible character.", field=field, code="text_empty")
        return ""
    if len(folded) > limit:
        raise Invalid(
            f"The {field} has {len(folded)} characters; {limit} fit.",
            field=field,
            code="text_too_long",
            length=len(folded),
            most=limit,
        )
    return folded


def name_key(name: str) -> str:
    """Two names with the same key are the same name: case, width and spacing do not tell them apart."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def preset_id(guild_id: str, name: str) -> str:
    """The id of the preset of that name: deriving it from the name makes names unique without a second item."""
    return derive("preset", guild_id, name_key(name))


def checked_duration(minutes: int) -> int:
    """Return `minutes`, or raise `Invalid` (field `duration`) outside 5 minutes to 7 days."""
    if not 5 <= minutes <= MAX_DURATION.total_seconds() // 60:
        raise Invalid(
            f"A duration is 5 minutes to 7 days; understood: {minutes} minutes.",
            field="duration",
            code="bad_duration",
            minutes=minutes,
        )
    return minutes


def checked_capacity(capacity: int | None, roles: tuple[Role, ...]) -> int | None:
    """Return the party size, or raise `Invalid` (field `party_size`) when it cannot hold the roles' minimums."""
    if capacity is None:
        return None
    needed = max(1, sum(role.minimum for role in roles))
    if not needed <= capacity <= MAX_SEATS:
        raise Invalid(
            f"The party size must be {needed} to {MAX_SEATS}; understood: {capacity}.",
            field="party_size",
            code="bad_party_size",
            least=needed,
            most=MAX_SEATS,
            understood=capacity,
        )
    return capacity
