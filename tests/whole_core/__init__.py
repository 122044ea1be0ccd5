"""The whole core as a state machine against a small model of it (reliability catalogue, N06)."""
