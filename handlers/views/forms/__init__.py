"""The forms that stand for typed lines: what they look like, and what was filled in. Pure."""
