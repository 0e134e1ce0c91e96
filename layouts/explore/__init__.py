"""The pages on which officials look into the past: pure functions from answers to elements."""
