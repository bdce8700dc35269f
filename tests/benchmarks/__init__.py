"""Speed and cost side by side with the barest handler that could do the same, in one run on one machine."""
