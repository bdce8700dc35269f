"""Members who are invited to an event: mentioned once, and shown for as long as they have not answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attendance.domain.ids import is_snowflake
from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_INVITED = 25
_MENTION = re.compile(r"<@!?(\d{1,20})>")


def parse_invited(text: str) -> tuple[str, ...]:
    """Return the members whom a text mentions, as Discord writes `@Nia @Tomas`; raises `Invalid` (field `invited`)."""
    rest = _MENTION.sub(" ", text).replace(",", " ").split()
    if rest:
        raise Invalid(
            f"Invite members by mentioning them, such as @Nia @Tomas; “{' '.join(rest)[:60]}” is none. To ask a whole "
            "role, name it as tracked_role.",
            field="invited",
            code="bad_invited",
            typed=" ".join(rest)[:60],
        )
    return checked_invited(_MENTION.findall(text))


def checked_invited(user_ids: Iterable[str]) -> tuple[str, ...]:
    """Return the members without doubles; raises `Invalid` (field `invited`)."""
    invited = tuple(dict.fromkeys(user_ids))
    for user_id in invited:
        if not is_snowflake(user_id):
            raise Invalid(
                f"“{user_id[:30]}” is not the id of a member.",
                field="invited",
                code="not_a_member_id",
                typed=user_id[:30],
            )
    if len(invited) > MAX_INVITED:
        raise Invalid(
            f"{len(invited)} invited members are too many: {MAX_INVITED} fit an event.",
            field="invited",
            code="too_many_invited",
            count=len(invited),
            most=MAX_INVITED,
        )
    return invited
