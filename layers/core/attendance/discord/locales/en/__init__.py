"""English, which everything is written in first."""
