"""Surfaces: each turns its platform's words into commands and replies into its platform's words, nothing more."""
