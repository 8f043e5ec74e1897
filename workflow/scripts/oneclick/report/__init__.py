"""Pages, figures, tables and texts."""
