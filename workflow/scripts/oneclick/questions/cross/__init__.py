"""Methods made for one kind of click, clicked with another."""
