"""What a key is, and how moments are written in one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple


class Key(NamedTuple):
    """A primary key."""

    pk: str
    sk: str


def stamp(moment: datetime) -> str:
    """Return `moment` as text that sorts in time order: UTC, milliseconds, 24 characters."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def moment(text: str) -> datetime:
    """Return the aware UTC moment that `stamp` wrote."""
    return datetime.fromisoformat(text)
