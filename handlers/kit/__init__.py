"""What every handler stands on: listeners, the guard, answers, ids, and text made safe for Slack."""
