"""A member's record as they read it: figures with what they are made of, and the last events as a line of marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord.locales import say
from attendance.discord.texts import escaped, relative_time, time_mark
from attendance.domain.rate import CREDITED, FORMULA_VERSION, OPTIONAL, WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.rate import RateRules
    from attendance.services.records import MemberRecord

SIGNS = {
    "present": "\u2705", "late": "\U0001f552", "left_early": "\U0001f6aa", "benched": "\U0001fa91", "excused": "\U0001f4dd",
    "absent": "\u274c", "unmarked": "\u2796", "on_leave": "\U0001f3d6\ufe0f", "not_counted": "\u26aa",
}  # fmt: skip
"""What an event is drawn as, by its kind; the counts below the line say what each means."""
_SHOWN = 20
_UPCOMING = 5


def formula_text(rules: RateRules, locale: str) -> str:
    """Return how the rate is made, as `RateRules.formula` says it in English."""
    worth = ", ".join(f"{say(locale, f'status.{name}')} {getattr(rules, name) / WHOLE:g}" for name in CREDITED)
    left_out = [say(locale, f"status.{name}") for name in OPTIONAL if not getattr(rules, name)]
    without = say(locale, "record.left_out", names=", ".join(left_out)) if left_out else ""
    return say(locale, "record.formula", version=FORMULA_VERSION, worth=worth) + without


def counts_line(counts: Mapping[str, int], locale: str) -> str:
    """Return how often each kind of row occurs, each with its sign."""
    return " \u00b7 ".join(f"{SIGNS[kind]} {say(locale, f'status.{kind}')} {count}" for kind, count in counts.items())


def record_text(shown: MemberRecord, locale: str) -> str:
    """Return a record in the reader's language."""
    record, rate = shown.record, shown.record.rate
    since = time_mark(shown.since, "D")
    if rate.share is None:
        first = say(locale, "record.no_rate", since=since)
    else:
        first = say(
            locale, "record.rate",
            percent=f"{rate.share * 100:.1f}", credit=f"{rate.points:g}", eligible=rate.eligible, since=since,
        )  # fmt: skip
    lines = [f"**{escaped(shown.name)}**: {first}", f"-# {formula_text(shown.rules, locale)}"]
    if shown.characters:
        names = ", ".join(escaped(name) for name in shown.characters[:_SHOWN])
        lines.append(say(locale, "record.characters", names=names))
    if record.entries:
        lines.append(say(locale, "record.streak", streak=record.streak))
        lines.append(say(locale, "record.last", marks=" ".join(SIGNS[one.kind] for one in record.entries[:_SHOWN])))
        lines.append(counts_line(record.counts, locale))
    lines += [
        say(
            locale, "record.upcoming",
            title=escaped(one.title), time=f"{time_mark(one.starts_at, 'F')} ({relative_time(one.starts_at)})",
            answer=say(locale, f"answer.{one.choice.answer}"),
        )
        for one in shown.upcoming[:_UPCOMING]
    ]  # fmt: skip
    return "\n".join(lines)
