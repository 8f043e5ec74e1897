"""Clicks that miss the tumour."""
