"""One click per lesion: from slice to slice."""
