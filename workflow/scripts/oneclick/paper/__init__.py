"""What the paper published: its cohort and its results."""
