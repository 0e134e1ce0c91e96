"""How fast the room is, and what it costs: `make bench`. What is measured and why: docs/performance.md."""
