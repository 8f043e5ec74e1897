"""Seconds against accuracy."""
