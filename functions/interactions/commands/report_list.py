"""/report list: the server's reports, the newest first, each with a button for its file while there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance import wiring
from attendance.discord.custom_id import CustomId
from attendance.discord.report_view import PAGE, reports_message
from attendance.services.reports import show_reports
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction


def page(interaction: Interaction, cursor: str | None = None) -> dict[str, Any]:
    """Return the parts of the message with one page, and buttons for files, the next page and the newest."""
    officer, now = as_officer(interaction), wiring.now()
    found, names, after = show_reports(wiring.table(), interaction.guild_id, officer, limit=PAGE, cursor=cursor)
    return reports_message(
        found, names, now, interaction.locale,
        may_fetch="reports.export" in officer.capabilities,
        older=CustomId("reports", "page", after).encode() if after else None,
        newest=CustomId("reports", "newest").encode() if cursor else None,
    )  # fmt: skip
