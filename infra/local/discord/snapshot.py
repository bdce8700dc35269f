"""The world on disk: one JSON file, replaced whole, so that no crash leaves half of it."""

import os
from pathlib import Path

from pydantic import TypeAdapter

from infra.local.discord.clock import Clock, milliseconds_of
from infra.local.discord.model import World

_WORLD: TypeAdapter[World] = TypeAdapter(World)
_TOKEN_LIFE_MS = 15 * 60 * 1000


class Snapshot:
    """Saves a world to a path when it changed; None keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._changed = False

    def load(self) -> World | None:
        """The world as last saved; None when there is none yet."""
        if self._path is None or not self._path.exists():
            return None
        return _WORLD.validate_json(self._path.read_bytes())

    def changed(self) -> None:
        """Note that there is something to save."""
        self._changed = True

    def save(self, world: World, clock: Clock) -> None:
        """Write the world if it changed since the last time."""
        if self._path is None or not self._changed:
            return
        self._changed = False
        oldest = clock.seconds() * 1000 - _TOKEN_LIFE_MS
        world.interactions = {
            token: one for token, one in world.interactions.items() if milliseconds_of(one.id) > oldest
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(_WORLD.dump_json(world))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
