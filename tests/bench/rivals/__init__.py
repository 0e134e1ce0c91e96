"""Other ways to bring the same change to the same number of viewers, to measure ours against."""
