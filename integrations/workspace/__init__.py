"""A Slack-compatible workspace on this machine: a server of its own, on its own port, with its state on disk."""
