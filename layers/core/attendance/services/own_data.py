"""A member's own data: asked for, followed and handed out, to the member alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.ids import derive
from attendance.domain.own_data import OwnExport
from attendance.domain.report import LINK_LIFETIME
from attendance.errors import Conflict, NotFound
from attendance.storage import own_exports

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.ports import Files
    from attendance.storage.table import Table


def ask_own_data(
    table: Table, guild_id: str, actor: Actor, now: datetime, *, reply_token: str | None = None, locale: str = ""
) -> tuple[OwnExport, bool]:
    """Return the actor's export and whether this request began it; a worker then makes the file and answers.

    Whoever asks again while it is made, or within the day for which its file is there, gets the same.
    """
    before = own_exports.get(table, guild_id, actor.user_id)
    export_id = derive("own_data", guild_id, actor.user_id, actor.request_id)
    if before and (before.export_id == export_id or not before.is_over(now)):
        return before, before.export_id == export_id and before.status == "queued"
    export = OwnExport(
        guild_id=guild_id,
        export_id=export_id,
        user_id=actor.user_id,
        requested_at=now,
        locale=locale,
        reply_token=reply_token,
    )
    stored = own_exports.create(table, export, before)
    return stored, stored.export_id == export_id


def get_own_data(table: Table, guild_id: str, actor: Actor, now: datetime) -> OwnExport:
    """Return the actor's export; raises `NotFound` where there is none, or its day is over."""
    export = own_exports.get(table, guild_id, actor.user_id)
    if export is None or (export.is_over(now) and export.status != "failed"):
        raise NotFound("There is no file of your data here. Ask for it first.", code="no_own_data")
    return export


def link_to_own_data(table: Table, files: Files, guild_id: str, actor: Actor, now: datetime) -> tuple[OwnExport, str]:
    """Return the actor's finished export and a link to its file, signed now, valid for five minutes.

    Raises `NotFound`, and `Conflict` while it is being made or when it failed.
    """
    export = get_own_data(table, guild_id, actor, now)
    if export.status != "done":
        raise Conflict("Your file is not there yet. Try again in a minute.", code="own_data_not_ready")
    return export, files.link(export.file_key, LINK_LIFETIME)
