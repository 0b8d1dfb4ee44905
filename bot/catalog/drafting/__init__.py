"""A first catalog, from answers or from a folder of repositories. It guesses, says why, and always loads."""
