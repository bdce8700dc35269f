"""Errors in the language of who reads them, found by their stable code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.errors import AttendanceError


def error_text(error: AttendanceError, locale: str) -> str:
    """Return what went wrong in the language of `locale`; in English where that language has no words for it."""
    if locale[:2] in ("", "en"):
        return error.message  # nothing is loaded for the language that errors are written in
    from attendance.discord.locales import find

    return find(locale, f"error.{error.code}", _worded(error.details, locale)) or error.message


def _worded(details: Mapping[str, object], locale: str) -> dict[str, object]:
    """Return the details as a reader of that language knows them: options by their names there, a status in words."""
    from attendance.discord.locales import find, language_of

    options = language_of(locale).option_names
    words = dict(details)
    for name, value in details.items():
        if isinstance(value, (list, tuple)):
            known = options if name in ("known", "changed") else {}
            words[name] = ", ".join(known.get(str(one), str(one)) for one in value) or "\u2026"
    words["field"] = options.get(str(details.get("field")), details.get("field"))
    words["status"] = find(locale, f"status.{details.get('status')}", {}) or details.get("status")
    return words
