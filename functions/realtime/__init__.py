"""The WebSocket edge: connections and their subscriptions."""
