"""Clicks: their kinds, how they are simulated, read from files, encoded and moved."""
