"""What officers read of what was told of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.discord.locales import language_of, say
from attendance.discord.problem_texts import problem_text
from attendance.discord.public import words_of
from attendance.discord.texts import time_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attendance.storage.told import Notice


def told_embed(found: Sequence[Notice], locale: str) -> list[dict[str, Any]]:
    """Return an embed with one line for each notice, none when nothing was told."""
    if not found:
        return []
    return [{"title": say(locale, "told.title"), "description": "\n".join(_line(one, locale) for one in found)}]


def _line(notice: Notice, locale: str) -> str:
    counts = [say(locale, f"told.{name}", count=count) for name, count in notice.counts.items() if count]
    told = ", ".join(counts) or say(locale, "told.nobody")
    line = f"{time_mark(notice.at, 'f')} **{say(locale, f'told.kind.{notice.kind}')}**: {told}"
    problem = problem_text("card", notice.problem, words_of(language_of(locale).package))
    return f"{line} ({problem})" if problem else line
