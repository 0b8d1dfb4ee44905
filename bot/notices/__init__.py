"""What people must be told: typed notices, and the outbox that delivers each exactly once."""
