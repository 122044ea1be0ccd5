"""Crashes: the real store, scheduler and worker in processes that are killed, against a platform with a log of its own."""
