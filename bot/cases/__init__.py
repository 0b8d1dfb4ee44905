"""Cases: what runs broke of, from the first red run until it is green again. One open item, one message, one thread."""
