"""The store's contract runs on DynamoDB in memory and in the emulator: what holds on one only is no contract."""

from __future__ import annotations

import pytest

from attendance.storage.table import Table


@pytest.fixture(params=["moto", pytest.param("emulator", marks=pytest.mark.ministack)])
def table(request):
    """A fresh table, in memory and then in the emulator."""
    client, name = request.getfixturevalue("moto_table" if request.param == "moto" else "ministack_table")
    return Table(client, name)
