"""How environments were used: a view of the committed history, which changes nothing."""
