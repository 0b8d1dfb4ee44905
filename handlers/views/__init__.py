"""Views: a value in, blocks out. Pure, so that a snapshot says what people see."""
