"""PDFs of hostile texts, made in a process that watches what it opens.

`python -m tests.hostile_pdf FOLDER COUNT SEED` writes them there and prints as JSON what was opened meanwhile.
"""

from __future__ import annotations

import json
import sys
from itertools import batched
from pathlib import Path

from reports.pdf_builder import write_pdf
from tests.hostile_texts import hostile_texts
from tests.report_files import STARTS, a_report, a_sheet

EVENT = 500
"""Rows of an event; a file has 20 of them."""
_WATCHED = ("open", "socket.", "urllib.", "http.", "subprocess.", "os.", "shutil.", "ctypes.", "import", "webbrowser.")


def main(folder: Path, count: int, seed: int) -> list[str]:
    """Return what was opened, started or loaded while the files were made; writing them is not part of it."""
    _made(["warm", "\U0001f98a", "公会"])  # fonts and libraries are read once a process
    opened: list[str] = []
    watching = [False]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if watching[0] and event.startswith(_WATCHED):
            opened.append(f"{event} {arguments!r}"[:200])

    sys.addaudithook(watch)
    for number, texts in enumerate(batched(hostile_texts(count, seed), 20 * EVENT, strict=False)):
        watching[0] = True
        content = _made(list(texts))
        watching[0] = False
        Path(folder, f"{number}.pdf").write_bytes(content)
    return opened


def _made(texts: list[str]) -> bytes:
    """Return a file with every text as a name; some of them are also titles, games, roles and what it says of itself."""
    sheets = [
        a_sheet(names, title=names[0], game=names[-1], role=names[len(names) // 2], starts_at=STARTS.replace(day=day))
        for day, names in enumerate(batched(texts, EVENT, strict=False), 1)
    ]
    return b"".join(write_pdf(a_report(sheets, about={"Filter": texts[0], "Zone": texts[-1]})))


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
