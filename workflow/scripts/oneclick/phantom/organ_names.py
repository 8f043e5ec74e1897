"""The organs of the phantom in which a click may land."""

ORGANS = ("brain", "tonsil")
