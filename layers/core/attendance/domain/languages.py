"""The languages that the service speaks, by the codes that Discord's locales begin with."""

from __future__ import annotations

from attendance.errors import Invalid

ENGLISH = "en"
LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français"}
"""Code -> what the language calls itself. Each has its words in `discord.public` and, but for English, `discord.locales`."""


def language_of_locale(locale: str) -> str | None:
    """Return the language of one of Discord's locales, such as `en-GB` or `de`; None for one that is not spoken."""
    language = locale.partition("-")[0]
    return language if language in LANGUAGES else None


def checked_language(text: str) -> str:
    """Return the code of a language named by its code or name; raises `Invalid` (field `language`) with those spoken."""
    wanted = text.strip().casefold()
    for code, name in LANGUAGES.items():
        if wanted in (code, name.casefold()):
            return code
    spoken = ", ".join(f"{name} ({code})" for code, name in LANGUAGES.items())
    raise Invalid(
        f"“{text.strip()[:30]}” is not a language I speak. I speak {spoken}.",
        field="language",
        code="unknown_language",
        typed=text.strip()[:30],
        known=spoken,
    )
