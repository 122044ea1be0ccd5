"""Twenty communities on one store, in random steps: nothing of one reaches another (reliability catalogue, P01)."""
