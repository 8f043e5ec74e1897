"""What unit tests share."""

from hypothesis import settings

# A test that takes long on a machine with other work is not wrong.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")
