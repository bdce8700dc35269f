"""The REST API for dashboards, sign-in and GET /health."""
