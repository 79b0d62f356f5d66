"""Training of the extractive reader on a CPU."""
