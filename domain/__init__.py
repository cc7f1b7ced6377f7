"""What is true on paper: pure rules and models. No clock, no input or output, no randomness."""
