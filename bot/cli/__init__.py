"""The command line: one module for each family of commands. What is slow to load, a command loads itself."""
