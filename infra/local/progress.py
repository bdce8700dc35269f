"""Tells a person at a terminal what is going on: a line for each step, with the seconds since the start."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

STILL_EVERY = 5.0


class StepFailed(Exception):
    """A step's command failed; the message has the end of what it printed."""


class Progress:
    """Prints steps with elapsed seconds, and a sign of life while a command takes long."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    def say(self, text: str) -> None:
        """Print one line."""
        print(f"[{self.elapsed:5.1f} s] {text}", flush=True)

    def run(self, what: str, command: Sequence[str | Path], *, log: Path, env: Mapping[str, str], cwd: Path) -> None:
        """Run a command, its output into `log`. Raises StepFailed with the log's end where it fails."""
        self.say(f"{what} ...")
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=output, env=env, cwd=cwd)
            try:
                while True:
                    try:
                        code = process.wait(STILL_EVERY)
                        break
                    except subprocess.TimeoutExpired:
                        self.say(f"  still {what[0].lower()}{what[1:]}")
            except BaseException:  # whatever interrupts us, Ctrl-C above all, ends the command too
                process.terminate()
                process.wait()
                raise
        if code:
            end = log.read_text(encoding="utf-8", errors="replace").strip()[-2500:]
            raise StepFailed(f"{what} failed. The end of {log}:\n{end}")
