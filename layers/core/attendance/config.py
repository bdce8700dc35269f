"""The only reader of the environment.

Each accessor reads one variable when it is asked for, so a function needs only what it uses and importing reads
nothing. A missing or malformed value raises `Misconfigured`, which names the variable and says where it is set.
"""

from __future__ import annotations

import os
import re


class Misconfigured(RuntimeError):
    """The deployment lacks a setting, or one has a shape that cannot work: an operator has to mend it."""


def _required(name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise Misconfigured(f"{name} is not set. template.yaml sets it for each function that needs it.")
    return value


def table_name() -> str:
    return _required("TABLE_NAME")


def reports_bucket() -> str:
    return _required("REPORTS_BUCKET")


def erasures_bucket() -> str:
    return _required("ERASURES_BUCKET")


def queue_url(name: str) -> str:
    """The URL of a queue by its short name: `notifications`, `reports`, `webhooks` or `changes_dead_letter`."""
    return _required(f"{name.upper()}_QUEUE_URL")


def websocket_endpoint() -> str:
    """The management endpoint of the WebSocket API (https://...), to which pushes are posted."""
    return _required("WEBSOCKET_ENDPOINT")


def public_url() -> str:
    """Where Discord and browsers reach the HTTP API, without a trailing slash."""
    return _required("PUBLIC_URL").rstrip("/")


def discord_public_key() -> bytes:
    """The application's Ed25519 public key, 32 bytes, from 64 hex digits."""
    text = _required("DISCORD_PUBLIC_KEY")
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise Misconfigured(
            "DISCORD_PUBLIC_KEY must be the 64 hex digits shown on the application's General Information page."
        )
    return bytes.fromhex(text)


def discord_application_id() -> str:
    return _required("DISCORD_APPLICATION_ID")


def discord_api_url() -> str:
    return os.environ.get("DISCORD_API_URL", "").strip().rstrip("/") or "https://discord.com/api/v10"


def secrets_id() -> str:
    """Name or ARN of the secret: JSON with `bot_token`, `client_secret` and `token_keys` (kid -> key; the first signs)."""
    return _required("SECRETS_ID")


def dashboard_origins() -> tuple[str, ...]:
    """The exact origins that may call the API from a browser and receive sign-in redirects; comma-separated."""
    return tuple(
        part.strip().rstrip("/") for part in os.environ.get("DASHBOARD_ORIGINS", "").split(",") if part.strip()
    )


def stage() -> str:
    """`local`, `dev`, `staging` or `prod`."""
    return os.environ.get("STAGE", "").strip() or "local"


def metrics_namespace() -> str:
    """Under which name in CloudWatch this stack's own metrics stand."""
    return os.environ.get("METRICS_NAMESPACE", "").strip() or "attendance-tracker"


def log_level() -> str:
    return os.environ.get("LOG_LEVEL", "").strip().upper() or "INFO"
