"""Who gets what and when it ends: one module for each part of the rules that `model` puts together. Pure."""
