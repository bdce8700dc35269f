"""S3 as `Files`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from attendance.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import timedelta

    from mypy_boto3_s3.client import S3Client

PART = 8 * 1024 * 1024
"""Bytes of a part; S3 wants at least 5 MiB for all but the last."""
_KEPT = "Files could not be removed. It is tried again."
_FAILED = "The file could not be stored. Nothing of it is visible; please try again."


class S3Files:
    """The private bucket. A multipart upload shows nothing before it is completed, so no half file is ever seen."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def store(self, key: str, chunks: Iterable[bytes], *, content_type: str, file_name: str) -> int:
        """Store a file that becomes visible whole or not at all; returns its size in bytes; raises `Unavailable`."""
        described: dict[str, Any] = {
            "Bucket": self._bucket,
            "Key": key,
            "ContentType": content_type,
            "ContentDisposition": _attachment(file_name),
            "CacheControl": "private, no-store",
        }
        parts = _parts(chunks)
        first = next(parts, b"")
        second = next(parts, None)
        try:
            if second is None:
                self._client.put_object(Body=first, **described)
                return len(first)
            return self._store_parts(described, first, second, parts)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(_FAILED) from error

    def _store_parts(self, described: dict[str, Any], first: bytes, second: bytes, rest: Iterator[bytes]) -> int:
        target = {"Bucket": described["Bucket"], "Key": described["Key"]}
        upload: Any = target | {"UploadId": self._client.create_multipart_upload(**described)["UploadId"]}
        done: list[Any] = []
        size = 0
        try:
            for number, body in enumerate(_chain(first, second, rest), start=1):
                tag = self._client.upload_part(PartNumber=number, Body=body, **upload)["ETag"]
                done.append({"PartNumber": number, "ETag": tag})
                size += len(body)
            self._client.complete_multipart_upload(MultipartUpload={"Parts": done}, **upload)
        except BaseException:  # whatever ended the upload, its rows' source included: parts left behind cost money
            self._client.abort_multipart_upload(**upload)
            raise
        return size

    def link(self, key: str, lifetime: timedelta) -> str:
        """Return a URL, signed now, from which anyone may GET the file for `lifetime`."""
        url: str = self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=int(lifetime.total_seconds())
        )
        return url

    def remove_all(self, prefix: str) -> int:
        """Remove every file whose key begins with `prefix`, a thousand a request; raises `Unavailable`."""
        removed = 0
        try:
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
                found: Any = [{"Key": one["Key"]} for one in page.get("Contents", ())]
                if found:
                    answer = self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": found, "Quiet": True})
                    if answer.get("Errors"):
                        raise Unavailable(_KEPT)
                    removed += len(found)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(_KEPT) from error
        return removed


def _chain(first: bytes, second: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from rest


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chunks joined into parts of at least `PART` bytes, the last one smaller."""
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        if len(buffer) >= PART:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)


def _attachment(file_name: str) -> str:
    """Return a Content-Disposition (RFC 6266): an ASCII name for old clients, the real one for the others."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
