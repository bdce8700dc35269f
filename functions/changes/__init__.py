"""The table's stream: what follows from each change."""
