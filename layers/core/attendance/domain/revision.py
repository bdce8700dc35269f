"""Editing what somebody else may have edited meanwhile: nothing is overwritten, and who comes second is told what changed.

Each editable thing carries a version and, for every field, the version in which it last changed. So whoever brings the
version that they read can be told exactly which fields are others by now, without any history being kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.errors import Stale

if TYPE_CHECKING:
    from collections.abc import Mapping


def changed_fields(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """Return the names whose values differ, in alphabetical order."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def edits_after(marks: Mapping[str, int], fields: list[str], version: int) -> dict[str, int]:
    """Return the marks after an edit that changed `fields` and made `version`."""
    return {**marks, **dict.fromkeys(fields, version)}


def stale(what: str, marks: Mapping[str, int], *, read: int, current: int) -> Stale:
    """Return the refusal of an edit that was made from version `read`, naming what changed since then.

    `details` carry `version` (the current one) and `changed` (the fields).
    """
    changed = sorted(name for name, version in marks.items() if version > read)
    named = f": {', '.join(changed)}" if changed else ""
    return Stale(
        f"{what} changed since you read version {read}{named}. Nothing was overwritten: look at version {current} and "
        "repeat your change.",
        version=current,
        changed=changed,
    )
