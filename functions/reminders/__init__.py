"""The minute: what is due."""
