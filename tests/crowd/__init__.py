"""Two programs at one account at the same time, and what the portal saw of it."""
