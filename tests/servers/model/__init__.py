"""A loopback language model in another process that speaks three wire formats, and misbehaves when told to."""
