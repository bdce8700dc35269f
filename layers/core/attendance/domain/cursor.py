"""Cursors of paged lists: opaque to clients, and checked before the store sees what is in them.

A cursor holds the sort key after which a list goes on. The partition never comes from it, so a forged one can only skip
within the same guild's list.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, Final

from attendance.domain.pkce import base64url
from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SORT_KEY: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[0-9a-hjkmnp-tv-z]{16}", re.ASCII)


def encode_cursor(sort_key: str | None) -> str | None:
    """Return the cursor that clients send back, or None at the end of a list."""
    return base64url(sort_key.encode()) if sort_key else None


def decode_id_cursor(cursor: str | None, accepts: Callable[[str], bool]) -> str | None:
    """Return the id in the cursor of a list that goes by ids; raises `Invalid` (field `cursor`) for one that is none."""
    if cursor is None:
        return None
    try:
        found = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError:
        found = ""
    if not accepts(found):
        raise _of_another_list()
    return found


def decode_cursor(cursor: str | None, *, low: str = "", high: str = "~") -> str | None:
    """Return the sort key in `cursor`; raises `Invalid` (field `cursor`) for one of another list or none of ours.

    `low` and `high` bound the list that is asked for, as its sort keys do.
    """
    if cursor is None:
        return None
    try:
        sort_key = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError:
        sort_key = ""
    if not _SORT_KEY.fullmatch(sort_key) or not low <= sort_key <= high:
        raise _of_another_list()
    return sort_key


def page_behind[T](
    ordered: Sequence[T], id_of: Callable[[T], str], behind: str | None, limit: int
) -> tuple[list[T], str | None]:
    """Return what follows the thing with the id `behind` in a list that is at hand whole, and the cursor after it or None.

    What comes in or goes out before that thing moves no page. Raises `Invalid` (field `cursor`) when it is gone itself.
    """
    start = 0
    if behind is not None:
        place = next((index for index, one in enumerate(ordered) if id_of(one) == behind), None)
        if place is None:
            raise _of_another_list()
        start = place + 1
    page = list(ordered[start : start + limit])
    return page, encode_cursor(id_of(page[-1])) if start + limit < len(ordered) else None


def _of_another_list() -> Invalid:
    return Invalid(
        "This cursor belongs to another list. Send `next` of the page before with the same filters, or none to begin.",
        field="cursor",
    )
