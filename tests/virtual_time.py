"""Workers that run at the same time on a clock that nobody waits for.

Each worker is a thread, of which one runs at a time: whoever sleeps hands over to the one that wakes next, and the clock
jumps there. The same work in the same order every time.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime


class VirtualTime:
    """A clock and the workers that live by it."""

    def __init__(self, begin: datetime) -> None:
        self._begin = begin
        self.seconds = 0.0
        self._order = itertools.count()
        self._asleep: list[tuple[float, int, threading.Event]] = []
        self._resting = threading.Event()
        self._errors: list[BaseException] = []

    def now(self) -> datetime:
        """The present moment."""
        return self._begin + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        """Let the others work until `seconds` have passed; called by workers only."""
        awake = threading.Event()
        self._wake(awake, seconds)
        self._resting.set()
        awake.wait()

    def run(self, workers: Sequence[Callable[[], None]]) -> None:
        """Let the workers work until all are done; an error of one is raised here."""
        done = threading.Event()
        self._start(workers, done.set)
        while not done.is_set() and not self._errors:
            self.seconds, _, awake = heapq.heappop(self._asleep)
            self._resting.clear()
            awake.set()
            self._resting.wait()
        if self._errors:
            raise self._errors[0]

    def together(self, helpers: Sequence[Callable[[], None]]) -> None:
        """Rest until helpers, who begin now, are all done; called by workers only."""
        awake = threading.Event()
        self._start(helpers, lambda: self._wake(awake, 0))
        self._resting.set()
        awake.wait()

    def _wake(self, awake: threading.Event, seconds: float) -> None:
        heapq.heappush(self._asleep, (self.seconds + seconds, next(self._order), awake))

    def _start(self, workers: Sequence[Callable[[], None]], when_done: Callable[[], None]) -> None:
        left = len(workers)

        def live(work: Callable[[], None], awake: threading.Event) -> None:
            nonlocal left
            awake.wait()
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - raised in the test's own thread
                self._errors.append(error)
            left -= 1
            if left == 0:
                when_done()
            self._resting.set()

        for work in workers:
            awake = threading.Event()
            self._wake(awake, 0)
            threading.Thread(target=live, args=(work, awake), daemon=True).start()


class VirtualPool:
    """A `ThreadPoolExecutor` whose threads live by a virtual clock: as many as there is work."""

    def __init__(self, time: VirtualTime, _threads: int) -> None:
        self._time = time

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing is left to wait for."""

    def map[T, R](self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Do all of it at the same time and return the results in the items' order."""
        results: dict[int, R] = {}

        def one(place: int, item: T) -> None:
            results[place] = work(item)

        self._time.together([partial(one, place, item) for place, item in enumerate(items)])
        return [results[place] for place in sorted(results)]
