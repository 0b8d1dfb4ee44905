"""The opening of the sample environment: its people use it for two minutes, so that there is something true to see."""
