"""A study's settings, checked."""
