"""Discord's text: the little of its Markdown, the mentions and the timestamps that a card uses.

A text is cut into pieces; whoever shows it (the web page, the text picture) decides how each
piece looks. What is not recognised stays plain text.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple


class Piece(NamedTuple):
    """``kind`` is text, time, user, role, channel, command, bold, strike, code or link.

    ``text`` is what it holds (an id for mentions, unix seconds for a time), ``extra`` a time's
    style or a link's address.
    """

    kind: str
    text: str
    extra: str = ""


_PATTERN: Final = re.compile(
    r"\\(?P<escaped>[\\*_~|`>#\[\]<()-])"
    r"|<t:(?P<time>-?\d{1,12})(?::(?P<style>[tTdDfFsSR]))?>"
    r"|<@!?(?P<user>\d+)>|<@&(?P<role>\d+)>|<#(?P<channel>\d+)>|</(?P<command>[^:<>]+):\d+>"
    r"|\*\*(?P<bold>[^*]+)\*\*|__(?P<underline>[^_]+)__|~~(?P<strike>[^~]+)~~|`(?P<code>[^`]+)`"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<address>https?://[^\s)]+)\)|(?P<bare>https?://[^\s<>]+)"
)
_STYLES: Final = {
    "t": "%H:%M",
    "T": "%H:%M:%S",
    "d": "%d/%m/%Y",
    "D": "%d %B %Y",
    "f": "%d %B %Y %H:%M",
    "F": "%A, %d %B %Y %H:%M",
    "s": "%d/%m/%Y %H:%M",
    "S": "%d/%m/%Y %H:%M:%S",
}
_UNITS: Final = ((31_536_000, "year"), (2_592_000, "month"), (86_400, "day"), (3600, "hour"), (60, "minute"))


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a text, in order; a mark behind a backslash is plain text."""
    at = 0
    for found in _PATTERN.finditer(text):
        if found.start() > at:
            yield Piece("text", text[at : found.start()])
        at = found.end()
        yield _piece(found)
    if at < len(text):
        yield Piece("text", text[at:])


def _piece(found: re.Match[str]) -> Piece:
    if found["time"]:
        return Piece("time", found["time"], found["style"] or "f")
    if found["address"]:
        return Piece("link", found["label"], found["address"])
    if found["bare"]:
        return Piece("link", found["bare"], found["bare"])
    if found["escaped"]:
        return Piece("text", found["escaped"])
    if found["underline"]:
        return Piece("bold", found["underline"])
    kind = str(found.lastgroup)
    return Piece(kind, found[kind])


def shown_time(seconds: int, style: str, now: float) -> str:
    """A Discord timestamp in words, in UTC (a client shows it in the viewer's own zone)."""
    if style == "R":
        return _relative(seconds - now)
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime(_STYLES[style]) + " UTC"
    except (OverflowError, ValueError):
        return f"<t:{seconds}>"


def _relative(seconds: float) -> str:
    size = abs(seconds)
    for length, unit in _UNITS:
        if size >= length:
            count = round(size / length)
            words = f"{count} {unit}{'s' if count != 1 else ''}"
            break
    else:
        words = f"{round(size)} seconds"
    return f"in {words}" if seconds >= 0 else f"{words} ago"
