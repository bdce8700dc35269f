"""A message as a picture of text: what a person sees, for a terminal and for a README."""

import textwrap
import time
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, Final

from infra.local.discord import components, markup

type Json = dict[str, Any]
type NameOf = Callable[[str, str], str]

WIDTH: Final = 66
_COLUMNS: Final = 3
_GAP: Final = 2


def render_card(message: Json, name_of: NameOf, now: float | None = None) -> str:
    """A message with its embeds and components in a frame.

    ``name_of(kind, id)`` names a user, role or channel; ``now`` is unix seconds, for "in 2 hours".
    """
    lines = list(_lines(message, name_of, time.time() if now is None else now))
    edge = "─" * (WIDTH + 2)
    framed = [f"├{edge}┤" if line is None else f"│ {line}{' ' * (WIDTH - width(line))} │" for line in lines]
    return "\n".join([f"╭{edge}╮", *framed, f"╰{edge}╯"])


def plain(text: str, name_of: NameOf, now: float) -> str:
    """Discord's text without markup: names for mentions, words for times."""
    return "".join(_plain_piece(piece, name_of, now) for piece in markup.pieces(text))


def _plain_piece(piece: markup.Piece, name_of: NameOf, now: float) -> str:
    if piece.kind == "time":
        return markup.shown_time(int(piece.text), piece.extra, now)
    if piece.kind in ("user", "role"):
        return f"@{name_of(piece.kind, piece.text)}"
    if piece.kind == "channel":
        return f"#{name_of(piece.kind, piece.text)}"
    if piece.kind == "command":
        return f"/{piece.text}"
    if piece.kind in ("bold", "strike"):
        return plain(piece.text, name_of, now)
    # A link shows its words only, as at Discord.
    return piece.text


def width(text: str) -> int:
    """How many columns a terminal gives a text: two for wide signs, none for combining ones."""
    return sum(
        0 if unicodedata.combining(sign) or sign in "\ufe0f\u200d" else 2 if _is_wide(sign) else 1 for sign in text
    )


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"


def _lines(message: Json, name_of: NameOf, now: float) -> Iterator[str | None]:
    """The lines inside the frame; None is a rule across it."""
    content = plain(message.get("content", ""), name_of, now)
    parts: list[list[str]] = [_wrapped(content, WIDTH)] if content else []
    parts += [list(_embed(embed, name_of, now)) for embed in message.get("embeds", [])]
    rows = [line for row in message.get("components", []) for line in _row(row)]
    parts += [rows] if rows else []
    for index, part in enumerate(parts):
        if index:
            yield None
        yield from part


def _embed(embed: Json, name_of: NameOf, now: float) -> Iterator[str]:
    if embed.get("title"):
        yield from _wrapped(plain(embed["title"], name_of, now), WIDTH)
    if embed.get("description"):
        yield from _wrapped(plain(embed["description"], name_of, now), WIDTH)
    pending: list[Json] = []
    for field in [*embed.get("fields", []), {"inline": False}]:
        if not field.get("inline") or len(pending) == _COLUMNS:
            yield from _beside(pending, name_of, now)
            pending = []
        if field.get("inline"):
            pending.append(field)
        elif "name" in field:
            yield from _beside([field], name_of, now)
    footer = (embed.get("footer") or {}).get("text")
    if footer:
        yield ""
        yield from _wrapped(footer, WIDTH)


def _beside(fields: list[Json], name_of: NameOf, now: float) -> Iterator[str]:
    """Fields next to each other, a blank line above them."""
    if not fields:
        return
    each = (WIDTH - _GAP * (len(fields) - 1)) // len(fields)
    columns = [
        [
            *_wrapped(plain(field["name"], name_of, now), each),
            *(f"  {line}" for line in _wrapped(plain(field["value"], name_of, now), each - 2)),
        ]
        for field in fields
    ]
    yield ""
    for index in range(max(len(column) for column in columns)):
        cells = [column[index] if index < len(column) else "" for column in columns]
        yield (" " * _GAP).join(cell + " " * (each - width(cell)) for cell in cells).rstrip()


def _row(row: Json) -> list[str]:
    buttons = " ".join(_button(part) for part in row.get("components", [row]))
    return _wrapped(buttons, WIDTH)


def _button(part: Json) -> str:
    if part["type"] in components.SELECTS:
        return f"[ {part.get('placeholder') or 'Choose'} ▾ ]".replace(" ", "\u00a0")
    emoji = (part.get("emoji") or {}).get("name")
    label = " ".join(one for one in (emoji, part.get("label")) if one)
    text = f"({label})" if part.get("disabled") else f"[ {label} ]"
    # Non-breaking: a button is never split over two lines.
    return text.replace(" ", "\u00a0")


def _wrapped(text: str, columns: int) -> list[str]:
    lines = [
        part
        for line in text.splitlines() or [""]
        for part in textwrap.wrap(line, columns, break_on_hyphens=False, drop_whitespace=True) or [""]
    ]
    # textwrap counts signs, not columns: break again what wide signs made too long.
    return [piece for line in lines for piece in _broken(line, columns)]


def _broken(line: str, columns: int) -> Iterator[str]:
    while width(line) > columns:
        end = next(end for end in range(len(line) - 1, 0, -1) if width(line[:end]) <= columns)
        end = line.rfind(" ", 0, end) + 1 or end
        yield line[:end].rstrip()
        line = line[end:].lstrip()
    yield line
