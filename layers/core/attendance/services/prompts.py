"""Answering prompts: only the member who was asked may, and only while it is time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.ids import is_id
from attendance.errors import Conflict, Forbidden
from attendance.storage import prompts

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.storage.prompts import Prompt
    from attendance.storage.table import Table


def answered_prompt(table: Table, prompt_id: str, user_id: str, now: datetime) -> Prompt:
    """Return the prompt that a button stands for; raises `Conflict` when it is over, `Forbidden` for anybody else's."""
    prompt = prompts.get(table, prompt_id, now) if is_id(prompt_id) else None
    if prompt is None:
        raise Conflict(
            "This question is too old to be answered by its buttons. /attendance request in the server still works.",
            code="prompt_over",
        )
    if prompt.user_id != user_id:
        raise Forbidden("This message is for somebody else: its buttons work for them alone.", code="prompt_of_another")
    return prompt
