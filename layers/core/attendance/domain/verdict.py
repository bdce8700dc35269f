"""From evidence to verdict.

Evidence is append-only: what was observed, by whom, when. The verdict follows from it by fixed precedence, so it can
always be explained and never depends on the order in which entries arrived: officer beats import beats code beats
button beats voice beats the closing rule. Of officers' marks (and imports) the latest counts, of check-ins the earliest, of
voice what all samples say: the latest.
Because "stronger of two" is associative and commutative, a verdict can be kept up entry by entry.

Nothing is ever taken out of the ledger. What turned out wrong is *taken back* by one more entry, which names those that
no longer count; taking such an entry back restores them. An entry that takes back observes nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

Status = Literal["present", "late", "left_early", "benched", "excused", "absent", "unmarked"]
STATUSES: tuple[Status, ...] = ("present", "late", "left_early", "benched", "excused", "absent", "unmarked")
Source = Literal["button", "code", "voice", "officer", "import", "rule"]
_RANK: dict[Source, int] = {"officer": 5, "import": 4, "code": 3, "button": 2, "voice": 1, "rule": 0}
_LATEST_COUNTS = frozenset({"officer", "import", "voice"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One observation about one member at one event. `entry_id` is unique per member and event.

    `at` is when it was recorded, which decides between several; `seen_at` is when the member was seen, where an officer says
    so afterwards. `takes_back` names the entries that no longer count because of this one, which is then `unmarked`.
    """

    entry_id: str
    user_id: str
    status: Status
    source: Source
    by: str
    at: datetime
    note: str = ""
    takes_back: tuple[str, ...] = ()
    seen_at: datetime | None = None


def stronger(one: Evidence, other: Evidence) -> Evidence:
    """Return the entry that decides between two; equal in rank and time, the greater `entry_id` does."""
    return max(one, other, key=_weight)


def _weight(entry: Evidence) -> tuple[int, float, str]:
    seconds = entry.at.timestamp()
    return _RANK[entry.source], seconds if entry.source in _LATEST_COUNTS else -seconds, entry.entry_id


def in_order(entries: Iterable[Evidence]) -> list[Evidence]:
    """Return entries from the oldest; of one moment, what takes back comes after what it takes back."""
    return sorted(entries, key=lambda entry: (entry.at, bool(entry.takes_back), entry.entry_id))


def standing(entries: Iterable[Evidence]) -> list[Evidence]:
    """Return the observations that count, the strongest first."""
    everything = list(entries)
    takers = [entry for entry in everything if entry.takes_back]

    def counts(entry_id: str) -> bool:  # an entry is taken back by later ones only, so this ends
        return not any(entry_id in taker.takes_back and counts(taker.entry_id) for taker in takers)

    observed = (entry for entry in everything if entry.status != "unmarked" and counts(entry.entry_id))
    return sorted(observed, key=_weight, reverse=True)


def deciding(entries: Iterable[Evidence]) -> Evidence | None:
    """Return the entry from which the verdict follows, or None when nothing is observed."""
    return next(iter(standing(entries)), None)
