"""The weekly digest as a guild reads it: one embed's title and text, in the guild's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord.public import words_of
from attendance.discord.reply import cut
from attendance.discord.texts import escaped
from attendance.domain.rate import FORMULA_VERSION

if TYPE_CHECKING:
    from datetime import date

    from attendance.discord.public import Words
    from attendance.domain.digest import Digest
    from attendance.domain.rate import Rate

_MOST = 4000
_GAMES, _ROLES, _NAMED = 8, 5, 40
"""How many of each are named; a digest is read in passing."""


def digest_title(digest: Digest, language: str) -> str:
    """Return the title, which names the days."""
    words = words_of(language)
    return words["digest.title"].format(first=_day(digest.first_day, words), last=_day(digest.last_day, words))


def digest_text(digest: Digest, language: str) -> str:
    """Return what happened that week, at most 4,000 characters; members are named by mentions, which must not ping."""
    words, found = words_of(language), digest.summary
    figures = found.figures
    lines = [words["digest.events"].format(events=found.events + found.uncounted, members=found.members)]
    lines += [_rate_line(digest, words)]
    if figures.shown.whole:
        lines.append(words["digest.shown"].format(came=figures.shown.part, signed_up=figures.shown.whole))
    if figures.late.part:
        lines.append(words["digest.late"].format(late=figures.late.part, came=figures.late.whole))
    if len(digest.games) > 1:
        lines += [
            words["digest.game"].format(
                game=escaped(game.label), events=game.events, rate=_rate(game.figures.rate, words)
            )
            for game in digest.games[:_GAMES]
        ]
    lines += [
        words["digest.short"].format(
            role=escaped(role.name), short=role.short.part, events=role.short.whole, missing=role.missing
        )
        for role in digest.short[:_ROLES]
    ]
    if digest.steady:
        more = f" +{len(digest.steady) - _NAMED}" if len(digest.steady) > _NAMED else ""
        mentions = ", ".join(f"<@{user_id}>" for user_id in digest.steady[:_NAMED])
        lines.append(words["digest.steady"].format(members=mentions + more))
    if found.unclosed:
        lines.append(words["digest.unclosed"].format(count=found.unclosed))
    lines.append(words["digest.formula"].format(version=FORMULA_VERSION, zone=digest.zone))
    return cut("\n".join(lines), _MOST)


def _rate_line(digest: Digest, words: Words) -> str:
    now, then = digest.summary.figures.rate, digest.summary.before.rate
    if now.share is None:
        return words["digest.no_rate"]
    change = ""
    if then.share is not None:
        change = words["digest.change"].format(points=f"{(now.share - then.share) * 100:+.1f}")
    return words["digest.rate"].format(rate=_rate(now, words)) + change


def _rate(rate: Rate, words: Words) -> str:
    if rate.share is None:
        return words["digest.none"]
    return f"**{rate.share * 100:.1f} %** ({rate.points:g}/{rate.eligible})"


def _day(day: date, words: Words) -> str:
    return words["digest.day"].format(day=day.day, month=day.month, year=day.year)
