"""What is known of an area at this moment, computed from its records."""
