"""boto3 clients with the time-outs and retries that each caller's deadline allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def make(service: str, *, connect: float = 1, read: float = 5, attempts: int = 3, **options: Any) -> Any:
    """Return a client. Seconds; `attempts` counts the first try. The region and credentials are the function's own."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=connect,
        read_timeout=read,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=options.pop("connections", 10),
        signature_version=options.pop("signature_version", None),
    )
    client: Callable[..., Any] = boto3.client
    return client(service, config=config, **options)
