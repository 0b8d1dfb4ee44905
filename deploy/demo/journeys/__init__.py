"""The test suites of the sample shop, as a team would write them: what a customer does, and what must come of it."""
