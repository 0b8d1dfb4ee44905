"""What stands out on a service: one module for each kind of sign. Pure."""
