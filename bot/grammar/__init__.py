"""Slash text to typed commands. Pure: names, time and zone are arguments; nothing is looked up or guessed."""
