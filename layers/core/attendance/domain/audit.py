"""Audit entries: who changed what, from where, with the values before and after of what changed and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

MAX_DAYS_BACK = 365
"""How far back `/audit` looks at most."""
HIDDEN = "(hidden)"
"""Stands for a value that may not be shown: that it changed is told, what it is is not."""
_SECRETS = frozenset({"code", "digest", "old_secrets", "secret", "url"})
"""A webhook's `url` among them: the address is often the secret. Its `host` is shown."""
_NEVER = frozenset(
    {
        "pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "gsi3pk", "gsi3sk", "entity", "guild_id", "expires_at", "quiet", "upkeep",
        "touched", "lease", "rows", "marks", "role_keys", "sign_up_ends_at", "seq", "version", "edits", "askers",
        "made", "pending", "extended_at", "step", "requested_at", "requested_by", "attempts", "progress", "reached",
        "failures", "rotations", "problem_code", "problem_details", "reply_token", "locale", "readers",
    }
)  # fmt: skip
"""Keys, copies and bookkeeping; a sheet's packed rows, whose changes have entries of their own; and whom a report's
maker answers, with tokens that nobody should even know to look for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change. `surface` is discord, web or system; `subject` is what changed, such as `event` and its id.

    `made` says that the thing itself was made: a change may have nothing before it, too, as a first sign-up does.
    """

    guild_id: str
    entry_id: str
    at: datetime
    actor_id: str
    actor_name: str
    surface: str
    entity: str
    subject: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries somebody asks for; None asks for all. A `subject` brings what belongs to it, too."""

    entity: str | None = None
    subject: str | None = None
    actor_id: str | None = None
    surface: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def chooses(self) -> bool:
        """Whether it leaves out anything of its span of time."""
        return any(one is not None for one in (self.entity, self.subject, self.actor_id, self.surface))

    def lets_through(self, entry: AuditEntry) -> bool:
        """Whether an entry is asked for; its time aside."""
        return (
            self.entity in (None, entry.entity)
            and self.actor_id in (None, entry.actor_id)
            and self.surface in (None, entry.surface)
            and (self.subject is None or entry.subject == self.subject or entry.subject.startswith(f"{self.subject}/"))
        )


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values before and after of the attributes that differ; of maps only the entries that do."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name in sorted((old.keys() | new.keys()) - _NEVER):
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        if name in _SECRETS:
            was, now = HIDDEN if was is not None else None, HIDDEN if now is not None else None
        elif isinstance(was, dict) and isinstance(now, dict):
            changed = {key for key in was.keys() | now.keys() if was.get(key) != now.get(key)}
            was, now = ({key: value for key, value in side.items() if key in changed} for side in (was, now))
        if was is not None and was != {}:
            before[name] = was
        if now is not None and now != {}:
            after[name] = now
    return before, after
