"""Workers that run at the same time on a clock that nobody waits for.

Each worker is a thread, of which one runs at a time: whoever sleeps hands over to the one that wakes next, and the clock
jumps there. The same work in the same order every time.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime


class VirtualTime:
    """A clock and the workers that live by it."""

    def __init__(self, begin: datetime) -> None:
        self._begin = begin
        self.seconds = 0.0
        self._order = itertools.count()
        self._asleep: list[tuple[float, int, threading.Event]] = []
        self._resting = threading.Event()

    def now(self) -> datetime:
        """The present moment."""
        return self._begin + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        """Let the others work until `seconds` have passed; called by workers only."""
        awake = threading.Event()
        heapq.heappush(self._asleep, (self.seconds + seconds, next(self._order), awake))
        self._resting.set()
        awake.wait()

    def run(self, workers: Sequence[Callable[[], None]]) -> None:
        """Let the workers work until all are done; an error of one is raised here."""
        errors: list[BaseException] = []
        left = len(workers)

        def live(work: Callable[[], None]) -> None:
            nonlocal left
            self.sleep(0)
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - raised in the test's own thread
                errors.append(error)
            left -= 1
            self._resting.set()

        for work in workers:
            self._resting.clear()
            threading.Thread(target=live, args=(work,), daemon=True).start()
            self._resting.wait()
        while left and not errors:
            self.seconds, _, awake = heapq.heappop(self._asleep)
            self._resting.clear()
            awake.set()
            self._resting.wait()
        if errors:
            raise errors[0]
