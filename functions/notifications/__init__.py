"""The notifications queue: messages at Discord."""
