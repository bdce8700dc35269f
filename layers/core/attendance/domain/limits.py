"""Every limit of the REST API in one place; API_DOCS.md shows them."""

from __future__ import annotations

from datetime import timedelta

MAX_BODY_BYTES = 64 * 1024
MAX_IMPORT_BYTES = 1024 * 1024
"""Of what is sent to move in."""
MAX_PAGE = 100
USER_REQUESTS_A_MINUTE = 120
KEY_REQUESTS_A_MINUTE = 60
GUILD_REQUESTS_A_MINUTE = 1200
ANALYTICS_REQUESTS_A_MINUTE = 30
"""Of one user: each reads every sheet of its span, megabytes of them for a large server's year."""
MAX_MEMBERS_PAGE, MAX_MATRIX_PAGE = 1000, 200
"""Longer pages than of other lists, for each page reads its span anew; 200 rows of 500 events are a megabyte."""
SIGN_IN_REQUESTS_A_MINUTE = 30
"""From one address: signing in, redeeming codes, refreshing."""
IDEMPOTENCY_LIFETIME = timedelta(hours=24)
EARLIEST_YEAR, LATEST_YEAR = 2015, 2100
"""Times outside are refused: Discord began in 2015."""
