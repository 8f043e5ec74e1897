"""Finished methods asked with clicks elsewhere: what the questions offsets, cross and misses share."""
