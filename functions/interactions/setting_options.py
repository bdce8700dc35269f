"""Which setting each option of a subcommand of /settings sets."""

from __future__ import annotations

from typing import Final

OPTIONS: Final[dict[str, dict[str, str]]] = {
    "setup": {
        "zone": "zone", "channel": "channel_id", "officer_role": "officer_role_id", "officer_channel": "officer_channel_id",
        "reminders": "reminders", "language": "language",
    },
    "defaults": {
        "check_in": "check_in", "voice_share": "voice_share", "duration": "duration",
        "deadline": "deadline", "tracked_role": "tracked_role_id",
        "warn_before": "warn_before", "confirm_hours": "confirm_hours",
    },
    "reminders": {
        "reminders": "reminders", "place": "reminder_place", "mentions": "mentions", "nudges": "nudges",
        "digest": "digest", "digest_channel": "digest_channel_id",
    },
    "closing": {"auto_close": "auto_close", "no_show": "no_show", "silent": "silent"},
    "extras": {
        "missed_message": "missed_message", "rankings": "rankings", "threads": "threads", "scheduled_events": "scheduled_events",
    },
}  # fmt: skip
