"""The outside world: one file for each vendor. None imports another, handlers or rooms."""
