"""AWS clients with the time-outs and retries that each caller's deadline allows.

They are made by botocore, the half of boto3 that makes clients. The other half describes resources, which nothing here
uses, and would add some 7 % to a cold start.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.session import Session


@cache
def _session() -> Session:
    from botocore.session import get_session

    return get_session()


def make(service: str, *, connect: float = 1, read: float = 5, attempts: int = 3, **options: Any) -> Any:
    """Return a client. Seconds; `attempts` counts the first try. The region and credentials are the function's own."""
    from botocore.config import Config

    # Checked by types here and by the service there, a request needs no third look; and botocore spells its User-Agent
    # out anew twice a request. Each took an eighth of a click.
    config = Config(
        parameter_validation=False,
        user_agent="attendance-tracker",
        connect_timeout=connect,
        read_timeout=read,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=options.pop("connections", 10),
        signature_version=options.pop("signature_version", None),
    )
    create: Callable[..., Any] = _session().create_client
    return create(service, config=config, **options)
