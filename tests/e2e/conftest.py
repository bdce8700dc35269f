"""The deployed system's users: template.yaml by `sam deploy` in an emulator (the fixture `stack`), and members at its Discord."""

from __future__ import annotations

import pytest

from infra.local.player import Server


@pytest.fixture(scope="session")
def discord(stack):
    """The stand-in for Discord of that stack, to play members at."""
    return Server(stack.discord_url)
