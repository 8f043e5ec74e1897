"""What a click is worth, in six sentences."""
