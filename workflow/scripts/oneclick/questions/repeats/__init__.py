"""How far medians depend on initial weights."""
