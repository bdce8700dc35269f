"""Logs and metrics: one JSON object a line through Powertools, made on first use.

    correlated    every line and every queued message within it names the request that it is about
    measure       a metric of CloudWatch, as a log line in its embedded metric format: no call is made

A request is followed by one id: an interaction's own, the X-Request-Id of the REST API, or what was due. It is in every line
of the function that took it, on the item that it changed (`storage/touch.py`), so in the stream, on every message that
follows from that change (`aws/queue.py`), and in every line of the worker.

The Logger costs 41 ms to import, which the interactions path should not pay before it has something to say: a PING
or a click that goes well logs nothing itself (API Gateway's access log and the table's audit tell of it). Secrets are
never passed here: callers log ids and codes, not bodies, tokens, links or headers; and no member's id or name, for a log cannot
be told to forget one.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Literal

from attendance import config

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator

    from aws_lambda_powertools import Logger

_correlation: ContextVar[str] = ContextVar("correlation_id", default="")


@contextmanager
def correlated(request_id: str) -> Iterator[None]:
    """Let all that is logged, measured and queued inside belong to a request; in this thread, and in tasks made in it."""
    before = _correlation.set(request_id)
    try:
        yield
    finally:
        _correlation.reset(before)


def correlation_id() -> str:
    """The id of the request that is being worked on, empty outside of any."""
    return _correlation.get()


def _with_correlation(record: logging.LogRecord) -> bool:
    if _correlation.get():
        record.correlation_id = _correlation.get()
    return True


@cache
def log() -> Logger:
    """The process's logger. Pass facts as keywords: `log().info("event_closed", extra={"event_id": ...})`."""
    import logging

    from aws_lambda_powertools import Logger

    for noisy in ("botocore", "boto3", "urllib3", "requests"):  # their DEBUG lines hold headers and bodies
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logger = Logger(service="attendance-tracker", level=config.log_level(), log_uncaught_exceptions=False)
    logger.addFilter(_with_correlation)
    return logger


def measure(name: str, value: float = 1, unit: Literal["Count", "Seconds"] = "Count") -> None:
    """Add to a metric of the stack's own namespace; infra/observability.yaml alarms on it or draws it.

    Each name costs as much a month as a guild does, so a new one has to be worth looking at.
    """
    from aws_lambda_powertools.metrics import EphemeralMetrics

    metrics = EphemeralMetrics(namespace=config.metrics_namespace())
    metrics.add_metric(name=name, unit=unit, value=value)
    if _correlation.get():
        metrics.add_metadata("correlation_id", _correlation.get())
    metrics.flush_metrics()
