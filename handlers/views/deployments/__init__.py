"""What is said of deployments. Pure: values in, blocks out."""
