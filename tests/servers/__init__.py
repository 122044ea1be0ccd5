"""Loopback platforms: real protocols on 127.0.0.1, in a process of their own."""
