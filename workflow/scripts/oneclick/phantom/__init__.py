"""Simulated patients: anatomy, tumours, scanner."""
