"""Measures beside Dice: surfaces, volumes, lesions."""
