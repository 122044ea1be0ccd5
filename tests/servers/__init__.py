"""Loopback platforms for the tests: each runs in another process and is spoken to over 127.0.0.1 only."""
