"""What is chosen and how it was made, in words: what a file states of itself, and what figures say they are over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord.locales import say
from attendance.discord.texts import escaped
from attendance.discord.texts_records import formula_text
from attendance.domain.rate import FORMULA_VERSION
from attendance.domain.report_rows import COLUMNS, utc_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from attendance.domain.rate import RateRules
    from attendance.domain.report import ReportJob
    from attendance.domain.selection import Selection

_MOST_NAMED = 8
"""Values of one criterion that are named in a message; a file names all."""
type Names = Mapping[str, str]
"""What events, series and members are called, by their ids."""


def file_title(job: ReportJob, event: str) -> str:
    """Return the title of a file; `event` is what the one event is called that was asked for, if it was one."""
    chosen = job.selection
    title = say(job.language, "report.title", first=chosen.first_day, last=chosen.last_day)
    return f"{title}: {event}" if len(chosen.events) == 1 else title


def about_file(
    job: ReportJob, rules: RateRules, made: datetime, names: Names, *, unclosed: int, cancelled: int
) -> dict[str, str]:
    """Return what a file says of itself, by name, in its language: filter, zone, formula, time made and which rows it has."""
    language, chosen = job.language, job.selection
    span = say(language, "report.span", first=chosen.first_day, last=chosen.last_day, zone=chosen.zone)
    name = next(column for column in COLUMNS if column.name == "credit")
    credit = name.heading if job.format == "csv" else say(language, "report.column.credit")
    facts = {
        "filter": "; ".join([span, *_labelled(chosen, names, language)]),
        "zone": say(language, "report.zone", zone=chosen.zone),
        "formula": f"{say(language, 'report.formula', credit=credit)}; {formula_text(rules, language)}",
        "version": str(FORMULA_VERSION),
        "made": say(language, "report.made", moment=utc_text(made)),
        "snapshot": say(
            language, "report.snapshot", moment=utc_text(made), unclosed=unclosed, cancelled=cancelled
        ),
    }  # fmt: skip
    return {say(language, f"report.fact.{key}"): text for key, text in facts.items()}


def _labelled(chosen: Selection, names: Names, language: str) -> list[str]:
    named = {
        "events": [_with_id(one, names) for one in sorted(chosen.events)],
        "series": [_with_id(one, names) for one in sorted(chosen.series)],
        "games": list(chosen.game_names),
        "discord_roles": sorted(chosen.discord_roles),
        "members": [_with_id(one, names) for one in sorted(chosen.members)],
        "statuses": [say(language, f"status.{one}") for one in sorted(chosen.statuses)],
    }
    return [
        f"{say(language, f'report.filter.{name}')}: {', '.join(values)}" for name, values in named.items() if values
    ]


def _with_id(one: str, names: Names) -> str:
    return f"{names[one]} ({one})" if one in names else one


def filter_in_message(chosen: Selection, names: Names, locale: str) -> str:
    """Return days and filters for a message: roles and members as mentions, everything else by its name."""
    return _in_one_line(
        chosen,
        locale,
        titles=[escaped(names.get(one, one)) for one in sorted(chosen.events)],
        series=[escaped(names.get(one, one)) for one in sorted(chosen.series)],
        games=[escaped(name) for name in chosen.game_names],
        roles=[f"<@&{one}>" for one in sorted(chosen.discord_roles)],
        members=[f"<@{one}>" for one in sorted(chosen.members)],
    )


def filter_in_picture(chosen: Selection, names: Names, locale: str) -> str:
    """Return days and filters for a picture, which cannot show what a Discord role is called: how many there are is said."""
    roles = len(chosen.discord_roles)
    return _in_one_line(
        chosen,
        locale,
        titles=[names.get(one, one) for one in sorted(chosen.events)],
        series=[names.get(one, one) for one in sorted(chosen.series)],
        games=chosen.game_names,
        roles=[f"{say(locale, 'report.filter.discord_roles')}: {roles}"] if roles else [],
        members=[names.get(one, one) for one in sorted(chosen.members)],
    )


def _in_one_line(chosen: Selection, locale: str, **named: Iterable[str]) -> str:
    line = say(locale, "stats.span", first=chosen.first_day, last=chosen.last_day, zone=chosen.zone)
    statuses = [say(locale, f"status.{one}") for one in sorted(chosen.statuses)]
    parts = [_some(list(values)) for values in (*named.values(), statuses)]
    return ", ".join([line, *filter(None, parts)])


def _some(values: list[str]) -> str:
    more = [f"+{len(values) - _MOST_NAMED}"] if len(values) > _MOST_NAMED else []
    return ", ".join([*values[:_MOST_NAMED], *more])
