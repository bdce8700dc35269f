"""One stack for the whole suite: template.yaml deployed by `sam deploy` to an emulator of its own."""

from __future__ import annotations

import pytest

from infra.local.player import Server
from infra.local.stack import Addresses
from tests.stacks import running_stack

type Stack = Addresses


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    """The addresses of a running stack, seeded with the demo guild, and with the stand-in for Discord."""
    with running_stack(tmp_path_factory.mktemp("stack")) as addresses:
        yield addresses


@pytest.fixture(scope="session")
def discord(stack):
    """The stand-in for Discord of that stack, to play members at."""
    return Server(stack.discord_url)
