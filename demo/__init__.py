"""A pretend city: one HTTP server that speaks the real protocols at a real city's volumes, with faults on demand.

Nothing it says is true. Every answer carries the header `Live-Room-Demo`, which names this run of the city.
"""
