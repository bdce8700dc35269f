"""Who was erased since an archive was made is erased from what it brought back.

What is remembered of an erased member is a digest (`domain/erasure.digest_of`), in the table and in a bucket that no backup
holds. So each id that a restored guild names is hashed and compared, some twenty a second, for guilds alone in which somebody was
erased since. Whom it finds is begun to be erased as if they asked anew; the minute sweep does the rest, quietly.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from attendance.domain.erasure import Erasure, digest_of, pseudonym_of
from attendance.domain.ids import derive
from attendance.storage import erasing, erasures, keys, whole
from attendance.storage.table import Put
from infra.scanning import each
from infra.stages import NotReady

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from attendance.storage.table import Table
    from infra.places import Place


def erase_again(
    place: Place, mark: str, guilds: set[str], made_at: str, now: datetime, told: Callable[[int], object]
) -> int:
    """Begin to erase whoever was erased at `made_at` or later from `guilds`; returns how many were found.

    `mark` names the restore: run again, it begins nobody's erasure twice, who may have signed up anew since. Raises NotReady
    where the bucket cannot be read.
    """
    table, since, found = place.table(), keys.moment(made_at), 0
    for guild_id, digests in _remembered(place, table, guilds, since).items():
        ids = sorted(set().union(*map(erasing.members_named, whole.of_guild(table, guild_id))))
        hashed = each(lambda user_id, of=guild_id: (user_id, digest_of(of, user_id)), ids)  # type: ignore[misc]
        for count, (user_id, digest) in enumerate(hashed, 1):
            told(count)
            if digest in digests and _begin(table, mark, guild_id, user_id, now):
                found += 1
    return found


def _remembered(place: Place, table: Table, guilds: set[str], since: datetime) -> dict[str, set[str]]:
    """Return the digests of who was erased from each guild since, by what the table and the bucket know, and let the table know all."""
    found: dict[str, set[str]] = {}
    for guild_id, at, digest in _in_bucket(place, guilds):
        if at >= since:
            found.setdefault(guild_id, set()).add(digest)
            erasures.remember(table, guild_id, digest, at)
    for guild_id in guilds:
        for digest, _ in erasures.erased_since(table, guild_id, since):
            found.setdefault(guild_id, set()).add(digest)
    return found


def _in_bucket(place: Place, guilds: set[str]) -> Iterator[tuple[str, datetime, str]]:
    bucket = place.outputs.get("ErasuresBucketName")
    if not bucket:
        return
    prefix = f"{next(iter(guilds))}/" if len(guilds) == 1 else ""
    try:
        for page in place.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for one in page.get("Contents", ()):
                guild_id, at, digest = one["Key"].split("/")
                if guild_id in guilds:
                    yield guild_id, keys.moment(at), digest
    except (BotoCoreError, ClientError) as refused:
        raise NotReady(f"Who was erased since cannot be read from {bucket}: {refused}. Run this again.") from refused


def _begin(table: Table, mark: str, guild_id: str, user_id: str, now: datetime) -> bool:
    done = keys.restoration(f"{mark} {guild_id} {digest_of(guild_id, user_id)}")
    if table.get(done) is not None:
        return False
    erasures.begin(
        table,
        Erasure(
            guild_id=guild_id,
            erasure_id=derive("erasure", guild_id, user_id, mark),
            user_id=user_id,
            pseudonym=pseudonym_of(secrets.token_bytes(8)),
            requested_at=now,
        ),
    )
    table.put(Put({**done._asdict(), "begun_at": keys.stamp(now)}, None))
    return True
