"""Golden questions, metrics and the commands that run them."""
