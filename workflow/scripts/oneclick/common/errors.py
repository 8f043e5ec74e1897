"""What a user can mend."""


class UserError(ValueError):
    """An error in data or settings: its message says what is wrong, where, and the mend, and is all that the user sees."""
