"""What logs, traces, metrics and repositories are asked, all at once, and how their answers become evidence."""
