"""Questions beyond the paper, a folder each."""
