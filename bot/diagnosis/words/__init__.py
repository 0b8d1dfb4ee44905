"""What is said of a service, in sentences that each rest on evidence. Pure."""
