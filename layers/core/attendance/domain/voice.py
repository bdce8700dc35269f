"""Presence in voice: who sat in the event's voice channel, looked up every five minutes.

Each sample stands for the five minutes in whose middle it is taken, so neither a start two minutes late nor a good-bye
two minutes early costs anyone a share. A member's share is the samples in which they were seen, out of those that
succeeded for them: where Discord did not answer, or does not let us look, nothing is held against anybody. Whoever
reaches the guild's share is proposed as present; any other evidence is stronger.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.marking import Step
from attendance.domain.verdict import Evidence, deciding, standing, stronger
from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from attendance.domain.event import Event

EVERY = timedelta(minutes=5)
FIRST_AFTER = timedelta(minutes=2)
"""The middle of the first five minutes, as near as a sweep that comes every minute can tell."""
FRESH_FOR = timedelta(minutes=4)
"""What was not looked up so long after its moment is no sample any more: the next one is near."""
MAX_SAMPLED = 1000
"""Members of one sample. At 1,000 that is 3.3 calls a second, of the 50 that Discord allows a bot in all."""
PART = 20
"""Members looked up by one message: seconds of work."""
SHARE = 50
"""Per cent of the samples after which a member counts as present, unless the guild says otherwise."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one part of a sample found: `seen` in the event's channel, `away` anywhere else or nowhere."""

    at: datetime
    seen: frozenset[str]
    away: frozenset[str]


@dataclass(frozen=True, slots=True)
class Presence:
    """One member's samples that succeeded, and those in which they were seen."""

    seen: int
    samples: int

    @property
    def minutes(self) -> int:
        """How long they were there, as far as samples can tell."""
        return self.seen * int(EVERY.total_seconds() // 60)

    @property
    def note(self) -> str:
        """What explains a verdict that follows from this."""
        return f"seen {self.seen} of {self.samples} {'sample' if self.samples == 1 else 'samples'}, {self.minutes} min"

    def reaches(self, share: int) -> bool:
        """Whether this is at least `share` per cent of the samples."""
        return self.seen > 0 and self.seen * 100 >= share * self.samples


def next_sample(event: Event, now: datetime) -> datetime | None:
    """Return the moment of the first sample after `now`; None when there is none: not asked for, or over."""
    if not event.voice_check or event.voice_channel_id is None or event.status != "open":
        return None
    first = event.starts_at + FIRST_AFTER
    at = first + max(0, (now - first) // EVERY + 1) * EVERY
    return at if at < event.ends_at else None


def is_sample(event: Event, at: datetime) -> bool:
    """Whether the event, as it is now, is sampled at that moment: an edit may have moved it or called it off."""
    return next_sample(event, at - timedelta(microseconds=1)) == at


def sampled_members(event: Event, observed: Collection[str], at: datetime) -> list[str]:
    """Return whom the sample of that moment looks up: who has a seat, waits or said maybe, and who checked in.

    Their order differs from sample to sample, so that it is not always the same ones who are left out when limits cut one
    short.
    """
    roster = event.roster()
    coming = [seat.user_id for seat in (*roster.seated, *roster.waiting)]
    users = dict.fromkeys([*coming, *roster.maybe, *sorted(observed)])
    return random.Random(f"{event.event_id} {at.isoformat()}").sample([*users], len(users))[:MAX_SAMPLED]  # noqa: S311 - fairness, not a secret


def checks_voice(asked: bool | None, otherwise: bool, channel_id: str | None) -> bool:  # noqa: FBT001 - both are values
    """Return whether an event looks at its voice channel: as asked, else as its preset or itself said before.

    Raises `Invalid` (field `voice_check`) when asked to without a channel; what is only inherited is then off.
    """
    if asked and channel_id is None:
        raise Invalid(
            "Presence in voice needs a voice channel to look at: name one too.",
            field="voice_check",
            code="voice_needs_channel",
        )
    return channel_id is not None and (otherwise if asked is None else asked)


def counted_looks(event: Event, looks: Iterable[Look]) -> list[Look]:
    """Return the looks within the event as it is now: one that was shortened did not last for those taken after its end."""
    return [look for look in looks if event.starts_at <= look.at < event.ends_at]


def presences(looks: Iterable[Look]) -> dict[str, Presence]:
    """Return each member's presence; looked up twice in one sample, being seen counts."""
    found: dict[str, dict[datetime, bool]] = {}
    for look in looks:
        for user in look.away:
            found.setdefault(user, {}).setdefault(look.at, False)
        for user in look.seen:
            found.setdefault(user, {})[look.at] = True
    return {user: Presence(sum(samples.values()), len(samples)) for user, samples in found.items()}


def proposals(looks: Collection[Look], share: int) -> dict[str, Evidence]:
    """Return the entries of who was there for at least `share` per cent of their samples, by member.

    The same samples give the same entries.
    """
    at = max((look.at for look in looks), default=None)
    return {
        user: Evidence(
            entry_id=f"voice-{presence.seen}-{presence.samples}",
            user_id=user,
            status="present",
            source="voice",
            by="system",
            at=at,
            note=presence.note,
        )
        for user, presence in presences(looks).items()
        if at is not None and presence.reaches(share)
    }


def voice_steps(
    proposed: Mapping[str, Evidence],
    decided: Mapping[str, Evidence | None],
    ledgers: Mapping[str, Sequence[Evidence]],
    now: datetime,
) -> dict[str, Step]:
    """Return what has to be added for the ledgers to say what was proposed, by member; nothing where they do already."""
    steps: dict[str, Step] = {}
    for user, ledger in ledgers.items():
        outdated = tuple(entry.entry_id for entry in standing(ledger) if entry.source == "voice")
        if outdated and user not in proposed:
            entry = Evidence(
                entry_id=f"voice-back-{len(ledger)}", user_id=user, status="unmarked", source="voice", by="system", at=now,
                note="the share of samples is no longer reached", takes_back=outdated,
            )  # fmt: skip
            steps[user] = Step(entry, deciding([*ledger, entry]))
    for user, entry in proposed.items():
        ledger = ledgers.get(user, ())
        if entry.entry_id not in {one.entry_id for one in ledger}:
            before = decided.get(user)
            steps[user] = Step(entry, stronger(before, entry) if before else entry)
        elif entry.entry_id not in {one.entry_id for one in standing(ledger)}:
            again = Evidence(
                entry_id=f"voice-again-{len(ledger)}", user_id=user, status="unmarked", source="voice", by="system", at=now,
                note="the share of samples is reached again",
                takes_back=tuple(one.entry_id for one in ledger if entry.entry_id in one.takes_back),
            )  # fmt: skip
            steps[user] = Step(again, deciding([*ledger, again]))
    return steps


def checked_share(percent: object) -> int:
    """Return the share, or raise `Invalid` (field `voice_share`) for what is no percentage."""
    if isinstance(percent, bool) or not isinstance(percent, int) or not 1 <= percent <= 100:
        raise Invalid(
            "The share of an event's voice samples from which a member counts as present is 1 to 100 per cent; "
            f"understood: {str(percent)[:20]}.",
            field="voice_share",
            code="bad_voice_share",
            typed=str(percent)[:20],
        )
    return percent
