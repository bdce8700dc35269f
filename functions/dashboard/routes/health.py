"""Whether the service answers. Nothing behind it is asked: a slow table must not take the whole service out."""

from __future__ import annotations

from fastapi import APIRouter

from attendance import config
from dashboard.openapi import VERSION, problems
from dashboard.schemas.sign_in import Health

router = APIRouter(tags=["Service"])


@router.get("/health", responses=problems(), summary="Ask whether the service answers")
def health() -> Health:
    """Answer with the stage and version of this deployment."""
    return Health(status="ok", stage=config.stage(), version=VERSION)
