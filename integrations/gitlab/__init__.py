"""GitLab CI, on gitlab.com and on instances of its own."""
