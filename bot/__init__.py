"""Tact's core: it knows people, networks and words, and no platform."""
