"""A member's own data."""

from __future__ import annotations

from dashboard.schemas.base import Model


class ErasureOut(Model):
    """An erasure that has begun."""

    erasure_id: str
