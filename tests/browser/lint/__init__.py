"""Rules for what a wall looks like, checked on the page as the browser shows it. Findings are sentences."""
