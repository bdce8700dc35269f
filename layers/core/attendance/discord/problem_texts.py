"""What stands in the way of an event's card, thread or scheduled event, in words for officers.

It is stored as a code, since who reads it has a language of their own: `deleted`, `no_access`, `no_channel`, `no_rights`,
`too_many`, and `refused` with Discord's code behind a blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attendance.discord.public import Words


def problem_text(kind: str, problem: str, words: Words) -> str:
    """Return a problem of a `card`, `thread` or `scheduled_event` in words; one stored in words, before there were codes, as it is."""
    code, _, detail = problem.partition(" ")
    named = words.get(f"problem.{code}.{kind}") or words.get(f"problem.{code}")
    return named.format(code=detail) if named else problem
