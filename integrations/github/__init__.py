"""GitHub Actions, on github.com and on GitHub Enterprise Server."""
