"""Logs: one JSON object a line through Powertools' Logger, made on first use.

The Logger costs 41 ms to import, which the interactions path should not pay before it has something to say: a PING
or a click that goes well logs nothing itself (API Gateway's access log and the table's audit tell of it). Secrets are
never passed here: callers log ids and codes, not bodies, tokens, links or headers; and no member's id or name, for a log cannot
be told to forget one.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from attendance import config

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


@cache
def log() -> Logger:
    """The process's logger. Pass facts as keywords: `log().info("event_closed", extra={"event_id": ...})`."""
    import logging

    from aws_lambda_powertools import Logger

    for noisy in ("botocore", "boto3", "urllib3", "requests"):  # their DEBUG lines hold headers and bodies
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return Logger(service="attendance-tracker", level=config.log_level(), log_uncaught_exceptions=False)
