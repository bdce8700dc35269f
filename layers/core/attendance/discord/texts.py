"""How texts are written for Discord: user text that stays text, and times that everyone sees in their own zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_MARKDOWN = str.maketrans({mark: "\\" + mark for mark in "\\*_~|`>#[]<"})
_LINKS = str.maketrans({mark: "\\" + mark for mark in "\\[]<"})


def escaped(text: str) -> str:
    """Return user text such that Discord shows it as typed: no markdown, mention, custom emoji or masked link; at most twice as long."""
    return text.translate(_MARKDOWN)


def escaped_links(text: str) -> str:
    """Return user text that keeps its emphasis and loses mentions and links whose address is hidden behind words."""
    return text.translate(_LINKS)


def time_mark(moment: datetime, style: str) -> str:
    """Return Discord's timestamp of a style, such as F (full), f, t (time) or D (date), shown in each reader's zone."""
    return f"<t:{int(moment.timestamp())}:{style}>"


def relative_time(moment: datetime) -> str:
    """Return Discord's timestamp that reads "in 2 hours" and counts by itself."""
    return time_mark(moment, "R")
