"""The outside world: one file or folder for each vendor. None imports another, handlers or rooms; `kit` is shared."""
