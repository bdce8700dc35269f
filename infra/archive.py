"""A file of items: gzip of JSON lines, one item a line in DynamoDB's own JSON, between a header and a footer.

    {"archive": 1, "shape": 2, "table": "...", "guild_id": null, "made_at": "2026-11-25T03:30:00.000Z"}
    {"pk": {"S": "G#..."}, "sk": {"S": "SETTINGS"}, ...}
    {"items": 50000, "sha256": "..."}

Binary values are base64 text. The footer counts and hashes the lines between, so that a file which was cut short or
changed is refused before anything is written. Written and read line by line: memory does not grow with the file.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from infra.stages import NotReady

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

VERSION: Final = 1


@dataclass(frozen=True)
class Header:
    """What an archive holds: the table, one guild of it or (None) all, the table's shape, and the moment it was begun."""

    table: str
    guild_id: str | None
    shape: int
    made_at: str
    archive: int = VERSION


class NotAnArchive(NotReady):
    """The file cannot be trusted; the message says why."""


def write(path: Path, header: Header, items: Iterable[dict[str, Any]], told: Callable[[int], object]) -> int:
    """Write items in wire form into a new file and return how many; `told` hears the count as it grows.

    Until the last line is written the file has another name, so there is never half an archive.
    """
    partial = path.with_name(path.name + ".partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    digest, count = hashlib.sha256(), 0
    with gzip.open(partial, "wb", compresslevel=6) as output:
        _put(output, asdict(header))
        for item in items:
            digest.update(_put(output, item))
            count += 1
            told(count)
        _put(output, {"items": count, "sha256": digest.hexdigest()})
    partial.replace(path)
    return count


def check(path: Path) -> tuple[Header, int]:
    """Read an archive to its end and return its header and number of items. Raises NotAnArchive."""
    digest, count = hashlib.sha256(), 0
    try:
        with gzip.open(path, "rb") as lines:
            header = _header(next(lines, b""))
            footer: dict[str, Any] = {}
            for line in lines:
                if line.startswith(b'{"items":'):
                    footer = json.loads(line)
                    break
                digest.update(line)
                count += 1
            rest = lines.read(1)
    except FileNotFoundError:
        raise NotAnArchive(f"There is no file {path}.") from None
    except (OSError, EOFError, ValueError, TypeError) as wrong:
        raise NotAnArchive(f"{path} is no archive that `make backup` wrote, or was cut short: {wrong}.") from wrong
    if rest or footer != {"items": count, "sha256": digest.hexdigest()}:
        raise NotAnArchive(
            f"{path} was cut short or changed: it does not hold what its last line says. Take another one."
        )
    return header, count


def items(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the items of an archive that `check` found whole, in wire form."""
    with gzip.open(path, "rb") as lines:
        next(lines)
        for line in lines:
            if not line.startswith(b'{"items":'):
                yield json.loads(line, object_hook=_with_binary)


def _header(line: bytes) -> Header:
    found = json.loads(line)
    if found.get("archive") != VERSION:
        raise ValueError(f"its first line says {line[:60]!r}")
    return Header(**found)


def _put(output: gzip.GzipFile, value: dict[str, Any]) -> bytes:
    line = json.dumps(value, ensure_ascii=False, default=_as_text, separators=(",", ":")).encode() + b"\n"
    output.write(line)
    return line


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    raise TypeError(f"{type(value).__name__} is not stored in the table")


def _with_binary(value: dict[str, Any]) -> dict[str, Any]:
    """An object of one key B that holds text is a binary value; an attribute that happens to be named B holds an object."""
    if len(value) == 1 and isinstance(text := value.get("B"), str):
        return {"B": b64decode(text)}
    return value
