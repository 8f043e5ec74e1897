"""How far off a click may be: the safe radius."""
