"""What follows, for others, from what happened."""

from bot.reactions.callbacks import begun_or_ended, turns
from bot.reactions.later import still_true
from bot.reactions.story import react, watchers_told

__all__ = ["begun_or_ended", "react", "still_true", "turns", "watchers_told"]
