"""What a member reads who asked for their own data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.discord.custom_id import CustomId
from attendance.discord.locales import say

if TYPE_CHECKING:
    from attendance.domain.own_data import OwnExport

_PRIMARY = 1


def body(export: OwnExport, locale: str | None = None) -> dict[str, Any]:
    """Return how an export stands, in the language of whoever asked: with the button to the file once there is one."""
    spoken = export.locale if locale is None else locale
    text = say(spoken, f"privacy.export.{export.status}")
    return {"content": text, "components": _buttons(export, spoken), "allowed_mentions": {"parse": []}}


def _buttons(export: OwnExport, locale: str) -> list[dict[str, Any]]:
    if export.status != "done":
        return []
    button = {
        "type": 2,
        "style": _PRIMARY,
        "label": say(locale, "privacy.export.button"),
        "custom_id": CustomId("own_file", export.user_id).encode(),
    }
    return [{"type": 1, "components": [button]}]
