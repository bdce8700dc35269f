"""AWS's list prices, on-demand, us-east-1, in dollars, as read on the day below; and what of it is free for ever.

Sources: the pricing pages of DynamoDB, Lambda, API Gateway, SQS, CloudWatch, Secrets Manager, S3 and EventBridge
(https://aws.amazon.com/pricing/). Check them before you promise anybody a number.
"""

from __future__ import annotations

from typing import Final, NamedTuple

AS_OF: Final = "2026-11-26"


class Price(NamedTuple):
    """Dollars for one unit, units a month that cost nothing in any account, and what a unit is."""

    dollars: float
    free: float
    unit: str


PRICES: Final = {
    "table writes": Price(0.625e-6, 0, "write units"),
    "table reads": Price(0.125e-6, 0, "read units"),
    "table storage": Price(0.25 + 0.20, 0, "GB, with recovery to any moment"),
    "backups": Price(0.10, 0, "GB, each backup being whole"),
    "function calls": Price(0.20e-6, 1e6, "invocations"),
    "function time": Price(13.3334e-6, 400_000, "GB-seconds, arm64"),
    "HTTP API": Price(1.00e-6, 0, "requests"),
    "queues": Price(0.40e-6, 1e6, "requests"),
    "log lines": Price(0.50, 5, "GB"),
    "alarms": Price(0.10, 10, "metrics that alarms look at"),
    "own metrics": Price(0.30, 10, "metrics, while they are written"),
    "dashboard": Price(3.00, 3, "dashboards"),
    "schedule": Price(1.00e-6, 14e6, "starts"),
    "secret": Price(0.40, 0, "secrets"),
    "report files": Price(5e-6, 0, "S3 writes"),
}
