"""What officers and members read about marks, verdicts and what became of a batch, in their language."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from attendance.discord.locales import say
from attendance.discord.reply import cut
from attendance.discord.texts import escaped, relative_time, time_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attendance.domain.event import Event
    from attendance.domain.explaining import Explained
    from attendance.domain.marking import Batch, BatchRow
    from attendance.domain.sheet import Sheet
    from attendance.domain.verdict import Evidence
    from attendance.services.marking import Marked

_NAMED = 10
_MOST = 4000


def status_word(status: str, locale: str) -> str:
    """Return a status in the reader's language."""
    return say(locale, f"status.{status}")


def marked_text(done: Marked, user_id: str, locale: str) -> str:
    """Return what an officer reads after marking one member."""
    values = {"member": f"<@{user_id}>", "title": escaped(done.event.title)}
    if done.decision is None:
        return say(locale, "mark.taken_back", **values)
    values["status"] = status_word(done.decision.status, locale)
    if not done.changed:
        return say(locale, "mark.same", **values)
    if done.before is None:
        return say(locale, "mark.first", **values)
    return say(locale, "mark.done", **values, before=status_word(done.before.status, locale))


def batch_text(title: str, status: str, count: int, done: Batch, locale: str) -> str:
    """Return what an officer reads between the rounds of marking many: how many in all, and whom not and why."""
    lines = [say(locale, "bulk.done", title=escaped(title), status=status_word(status, locale), count=count)]
    lines += _left_out(done.rows, locale)
    return "\n".join([*lines, say(locale, "bulk.more")])


def _left_out(rows: Sequence[BatchRow], locale: str) -> list[str]:
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.result != "applied":
            found.setdefault(row.result, []).append(f"<@{row.user_id}>")
    return [f"{say(locale, f'result.{result}')}: {_some(people)}" for result, people in found.items()]


def _some(people: list[str]) -> str:
    more = f" +{len(people) - _NAMED}" if len(people) > _NAMED else ""
    return ", ".join(people[:_NAMED]) + more


def undone_text(done: Batch, locale: str) -> str:
    """Return what an officer reads after taking marks back, with those that later marks leave as they are."""
    counted = Counter(row.undo for row in done.rows)
    lines = [say(locale, "undo.done", title=escaped(done.title), count=counted["undone"])]
    stands = [f"<@{row.user_id}>" for row in done.rows if row.undo == "later_mark_stands"]
    if stands:
        lines.append(f"{say(locale, 'undo.stands')}: {_some(stands)}")
    return "\n".join(lines)


def attendance_text(sheet: Sheet, locale: str) -> str:
    """Return the attendance of an event, its members by status, within what an embed takes."""
    people: dict[str, list[str]] = {}
    for row in sheet.rows:
        people.setdefault(row.status, []).append(f"<@{row.user_id}>")
    if not people:
        return say(locale, "show.nobody")
    share = _MOST // len(people)
    lines = []
    for status, mentions in people.items():
        line = f"**{status_word(status, locale)}** ({len(mentions)}): "
        kept = max(1, (share - len(line) - 12) // 24)  # a mention and its comma
        more = f" +{len(mentions) - kept}" if len(mentions) > kept else ""
        lines.append(line + ", ".join(mentions[:kept]) + more)
    return "\n".join(lines)


def explained_text(event: Event, explained: Explained, locale: str) -> str:
    """Return why a member's attendance is what it is: the verdict, what decided, and every entry with who and when."""
    row = explained.row
    values = {"member": f"<@{row.user_id}>", "title": escaped(event.title), "status": status_word(row.status, locale)}
    lines = [say(locale, "show.verdict", **values), say(locale, f"why.{explained.reason}")]
    if row.answer:
        lines.append(say(locale, "show.said", answer=say(locale, f"answer.{row.answer}")))
    if presence := explained.presence:
        found = {"seen": presence.seen, "samples": presence.samples, "minutes": presence.minutes}
        lines.append(say(locale, "show.in_voice", **found))
    counting = {entry.entry_id for entry in explained.counting}
    decides = explained.counting[0].entry_id if explained.counting else ""
    lines += [
        _entry_line(entry, entry.entry_id in counting, entry.entry_id == decides, locale) for entry in explained.entries
    ]
    return cut("\n".join(lines), _MOST)


def _entry_line(entry: Evidence, counts: bool, decides: bool, locale: str) -> str:  # noqa: FBT001 - two facts about it
    what = status_word(entry.status, locale) if not entry.takes_back else say(locale, "show.took_back")
    who = f"<@{entry.by}>" if entry.by.isdecimal() else entry.by
    line = (
        f"{time_mark(entry.at, 'f')} ({relative_time(entry.at)}) {say(locale, f'source.{entry.source}')}: {what}, {who}"
    )
    line += f", {say(locale, 'show.seen', at=time_mark(entry.seen_at, 't'))}" if entry.seen_at else ""
    line += f" \u201c{escaped(entry.note)}\u201d" if entry.note else ""
    if decides:
        return f"**\u2192** {line}"
    return line if counts or entry.takes_back else f"~~{line}~~"
