"""The reports queue: files."""
