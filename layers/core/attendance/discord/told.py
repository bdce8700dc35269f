"""More of what the bot says by itself: that an event starts, who still has to answer, what cannot be posted, the digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord.cards import check_in_times, counts
from attendance.discord.digest_view import digest_text, digest_title
from attendance.discord.notices import notice, place_link
from attendance.discord.problem_texts import problem_text
from attendance.discord.public import words_of
from attendance.discord.texts import escaped, relative_time, time_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attendance.discord.notices import Body
    from attendance.domain.call import Call
    from attendance.domain.digest import Digest
    from attendance.domain.event import Event

_RED = 0xDA373C
LISTED = 10
"""Events in one nudge; who has more to answer finds them with /event list."""


def start(event: Event, users: tuple[str, ...], link: str, reference: str) -> Body:
    """Return what says that an event starts now, to `users`."""
    words = words_of(event.language)
    lines = [
        words["counts.short"].format_map(counts(event, event.roster())),
        words["reminder.check_in"].format(link=link, **check_in_times(event)),
    ]
    title = words["start.title"].format(title=escaped(event.title))
    return notice(title, "\n".join(lines), link, reference, mentioned=users)


def nudge(events: Sequence[Event], users: tuple[str, ...], links: Sequence[str], reference: str) -> Body:
    """Return what asks members to answer events, the nearest first; `users` are mentioned where it stands in a channel."""
    words = words_of(events[0].language)
    lines = [words["nudge.text"]]
    lines += [
        words["nudge.event"].format(
            title=escaped(event.title),
            start=time_mark(event.starts_at, "F"),
            relative=relative_time(event.starts_at),
            link=link,
        )
        for event, link in zip(events[:LISTED], links, strict=False)
    ]
    lines.append(words["nudge.mute"])
    return notice(words["nudge.title"], "\n".join(lines), links[0], reference, mentioned=users)


def call(event: Event, said: Call, pings: bool, users: tuple[str, ...], link: str, reference: str) -> Body:  # noqa: FBT001 - bound by name's place
    """Return what an officer says to `users`; without `pings` they are named in the channel and nobody is alerted."""
    words = words_of(event.language)
    lines = [words[f"call.{said.audience}"], *([f"> {escaped(said.text)}"] if said.text else [])]
    lines.append(words["starts"].format(relative=relative_time(event.starts_at), start=time_mark(event.starts_at, "F")))
    lines.append(words["open_card"].format(link=link))
    body = notice(
        words["call.title"].format(title=escaped(event.title)), "\n".join(lines), link, reference, mentioned=users
    )
    return body if pings else body | {"allowed_mentions": {"parse": []}}


def trouble(event: Event, problem: str, reference: str, *, in_channel: bool) -> Body:
    """Return what tells an organiser that nothing can be posted for their event, why, and what to do."""
    words = words_of(event.language)
    values = {"title": escaped(event.title), "channel": f"<#{event.channel_id}>"}
    values["problem"] = problem_text("card", problem, words)
    lines = [words["trouble.text"].format_map(values), words["trouble.mend"].format_map(values)]
    mentioned = (event.created_by,) if in_channel else ()
    link = place_link(event.guild_id, event.channel_id)
    return notice(
        words["trouble.title"].format_map(values), "\n".join(lines), link, reference, mentioned=mentioned, color=_RED
    )


def digest_trouble(language: str, guild_id: str, channel_id: str, problem: str, reference: str) -> Body:
    """Return what tells officers that the weekly digest cannot be posted, why, and what to do."""
    words = words_of(language)
    values = {"channel": f"<#{channel_id}>", "problem": problem_text("card", problem, words)}
    lines = [words["digest_trouble.text"].format_map(values), words["digest_trouble.mend"].format_map(values)]
    return notice(
        words["digest_trouble.title"], "\n".join(lines), place_link(guild_id, channel_id), reference, color=_RED
    )


def weekly(digest: Digest, language: str, link: str, reference: str) -> Body:
    """Return the weekly digest; it pings nobody."""
    return notice(digest_title(digest, language), digest_text(digest, language), link, reference)
