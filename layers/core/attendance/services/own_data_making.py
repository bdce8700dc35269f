"""Making the file of a member's own data, and telling them where they asked."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from attendance.discord import own_data_view
from attendance.domain.own_data import own_files
from attendance.errors import Unavailable
from attendance.services.interaction_answers import Waiting, answer
from attendance.services.own_data_file import own_data
from attendance.storage import own_exports
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from attendance.domain.own_data import OwnExport
    from attendance.ports import Clock, Discord, Files
    from attendance.storage.table import Table


def make_own_data(
    table: Table,
    files: Files,
    discord: Discord,
    application_id: str,
    message: Mapping[str, Any],
    now: Clock,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Make the file that a member asked for and answer them; the same message again makes nothing anew.

    Raises `Unavailable` for trouble that passes: the queue brings the message again.
    """
    export = own_exports.get(table, message["guild_id"], message["user_id"])
    if export is None or export.export_id != message["export_id"]:
        return
    if export.status == "queued":
        export = _made(table, files, export, now)
    if export.reply_token is None:
        return
    waiting = Waiting(application_id, export.reply_token, export.requested_at)
    if dropped := answer(discord, waiting, own_data_view.body(export), (), now, sleep):
        log().info("own_data_answer_dropped", extra={"export_id": export.export_id, "reason": dropped})
    own_exports.forget_reply_token(table, export)


def _made(table: Table, files: Files, export: OwnExport, now: Clock) -> OwnExport:
    made_at = now()
    name = f"my-data-{made_at:%Y%m%d-%H%M%S}.json"
    key = f"{own_files(export.guild_id, export.user_id)}{name}"
    try:
        content = own_data(table, export.guild_id, export.user_id, made_at)
        text = json.dumps(content, ensure_ascii=False, indent=1).encode()
        files.store(key, [text], content_type="application/json", file_name=name)
        ended = replace(export, status="done", file_key=key, file_name=name, finished_at=made_at)
    except Unavailable:
        raise
    except Exception:  # noqa: BLE001 - whoever asked is told once, instead of waiting for a file that never comes
        log().exception("own_data_failed", extra={"export_id": export.export_id})
        ended = replace(export, status="failed", finished_at=made_at)
    own_exports.finish(table, ended)
    return ended
