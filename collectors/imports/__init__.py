"""Bringing the past in: files that a city's other systems export, and what a source's own protocol tells of it."""
