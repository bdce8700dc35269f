"""Errors in the language of who reads them, found by their stable code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attendance.errors import AttendanceError


def error_text(error: AttendanceError, locale: str) -> str:
    """Return what went wrong in the language of `locale`; in English where that language has no words for it."""
    if locale[:2] in ("", "en"):
        return error.message  # nothing is loaded for the language that errors are written in
    from attendance.discord.locales import find

    return find(locale, f"error.{error.code}", error.details) or error.message
