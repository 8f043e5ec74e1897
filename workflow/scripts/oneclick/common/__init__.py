"""What everything needs: errors, files written whole, tables, random numbers."""
