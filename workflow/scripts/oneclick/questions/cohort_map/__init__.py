"""When does which use of the click win? A map of phantom cohorts."""
