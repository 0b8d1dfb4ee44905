"""What is where, who changed it, and is it safe."""
