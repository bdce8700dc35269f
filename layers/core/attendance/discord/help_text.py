"""What /help says: the commands that somebody may use, as Discord shows them to that person.

Names and descriptions are those of the definitions, so a command cannot be missing here. The rights are the ones that the
services ask for: whoever lacks one does not see what it would be refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.discord.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from attendance.domain.rights import Capability

NEEDED: Mapping[tuple[str, ...], Capability] = {
    ("settings",): "settings.manage",
    ("create-preset",): "presets.manage",
    ("preset", "edit"): "presets.manage",
    ("preset", "delete"): "presets.manage",
    ("preset", "export"): "presets.manage",
    ("preset", "import"): "presets.manage",
    ("create-event",): "events.manage",
    ("event",): "events.manage",
    ("event", "close"): "attendance.manage",
    **dict.fromkeys(
        [("attendance", name) for name in ("mark", "bulk", "undo", "member", "requests")], "attendance.manage"
    ),
    ("series",): "events.manage",
    ("report",): "reports.export",
    ("report", "list"): "reports.view",
    ("audit",): "audit.view",
    ("stats", "coverage"): "reports.view",
}
"""The right that a command needs; the longest path that fits decides."""
FOR_EVERYONE = frozenset({("event", "list"), ("event", "show"), ("series", "list"), ("series", "show")})
_SLASH, _PATHS = 1, (1, 2)
MAX_DESCRIPTION, MAX_EMBEDS = 4096, 5900
"""Characters in one embed's description, and in all of a message's embeds with a margin for the title: Discord's 6,000."""


def needed_for(path: tuple[str, ...]) -> Capability | None:
    """Return the right that the command of that path needs, None for what is everyone's."""
    if path in FOR_EVERYONE:
        return None
    return next((NEEDED[path[:length]] for length in range(len(path), 0, -1) if path[:length] in NEEDED), None)


def help_lines(capabilities: Collection[str], locale: str = "") -> list[str]:
    """Return one line for each command that somebody with `capabilities` may use, named as Discord shows it in `locale`."""
    return [
        f"`/{' '.join(names)}` {description}"
        for path, names, description in _commands(locale)
        if needed_for(path) in (None, *capabilities)
    ]


def in_embeds(lines: list[str]) -> list[str]:
    """Return the lines as descriptions of as few embeds as Discord's limits allow; what fits none is left out."""
    texts, room = [""], MAX_EMBEDS
    for line in lines:
        if len(texts[-1]) + len(line) + 1 > MAX_DESCRIPTION:
            texts.append("")
        if len(line) + 1 > room:
            break
        room -= len(line) + 1
        texts[-1] += f"{line}\n"
    return [text.removesuffix("\n") for text in texts]


def paths() -> list[tuple[str, ...]]:
    """Return the path of every command, its group and subcommand included."""
    return [path for path, _, _ in _commands("")]


def _commands(locale: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], str]]:
    for command in COMMANDS:
        if command["type"] == _SLASH:
            yield from _inside(command, (), (), locale)


def _inside(
    holder: dict[str, Any], path: tuple[str, ...], names: tuple[str, ...], locale: str
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], str]]:
    path = (*path, holder["name"])
    names = (*names, _worded(holder, "name", locale))
    inner = [option for option in holder.get("options", ()) if option["type"] in _PATHS]
    if not inner:
        yield path, names, _worded(holder, "description", locale)
    for option in inner:
        yield from _inside(option, path, names, locale)


def _worded(holder: dict[str, Any], field: str, locale: str) -> str:
    return str((holder.get(f"{field}_localizations") or {}).get(locale, holder[field]))
