"""What members are told of by the bot itself: the topics that they may mute, and what became of one telling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable

Topic = Literal["reminders", "changes", "nudges", "seats", "missed"]
"""Reminders and starts; new times and cancellations; what is still to be answered; seats gained and lost; missed events."""
TOPICS: tuple[Topic, ...] = get_args(Topic)
ALL = "all"
Outcome = Literal["direct", "channel", "muted", "left", "closed", "failed"]
"""How a member was told: directly, or in the channel because their direct messages are closed. Else why they were not:
they muted it, are no longer in the server, take no direct messages and it is nobody else's business, or Discord refused."""


def checked_topics(names: Iterable[object]) -> tuple[Topic, ...]:
    """Return the topics in their usual order, all of them for `all`; raises `Invalid` (field `topics`)."""
    asked = list(names)
    unknown = next((name for name in asked if name not in (*TOPICS, ALL)), None)
    if unknown is not None:
        raise Invalid(
            f"“{str(unknown)[:40]}” is nothing that can be muted. There are: {', '.join((*TOPICS, ALL))}.",
            field="topics",
            code="unknown_topic",
            typed=str(unknown)[:40],
            known=[*TOPICS, ALL],
        )
    return TOPICS if ALL in asked else tuple(topic for topic in TOPICS if topic in asked)
