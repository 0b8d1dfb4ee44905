"""Which change it was, if any: what changes do, and what services complain of. Pure."""
